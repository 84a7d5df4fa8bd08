import { expect, test } from 'vitest'
import { readBlocks } from './markdown-blocks.ts'

test('reads headings, paragraphs, lists and code, without comments', () => {
  const page =
    '# path-conflict\n\n<!-- made -->\n\nTwo rules\nmeet.\n\n- one\n  more\n- two\n\n```yaml\na: 1\n\nb: 2\n```\n\n## Fix\n'
  expect(readBlocks(page)).toEqual([
    { kind: 'heading', text: 'path-conflict' },
    { kind: 'text', text: 'Two rules meet.' },
    { kind: 'list', items: ['one more', 'two'] },
    { kind: 'code', text: 'a: 1\n\nb: 2' },
    { kind: 'heading', text: 'Fix' },
  ])
})
