import { expect, test } from 'vitest'
import type { Paint } from '../paint.ts'
import { UsageError } from '../usage-error.ts'
import { readPage, renderPage } from './explain-code.ts'

const plain: Paint = (_, text) => text

test('shows a page as plain text, with code indented', () => {
  const page = `# a-code

<!-- Made. -->

Is **bad**, see [there](../http.md).

## Example

\`\`\`yaml
a: 1

# a comment
b: "**"
\`\`\`
`
  expect(renderPage(page, plain)).toBe(`a-code

Is bad, see there.

Example

    a: 1

    # a comment
    b: "**"
`)
})

test('paints headings, and no comments of a manifest', () => {
  const bold: Paint = (style, text) => `<${style}>${text}`
  expect(renderPage('# title\n```sh\n# comment\n```\n', bold)).toBe('<bold>title\n    # comment\n')
})

test('finds the page of a code', () => {
  expect(readPage('yaml-syntax')).toMatch(/^# yaml-syntax\n/)
})

test('names the nearest code when there is no such code', () => {
  expect(() => readPage('yaml-sintax')).toThrow(
    new UsageError('there is no code "yaml-sintax"; did you mean "yaml-syntax"?'),
  )
  expect(() => readPage('../../README')).toThrow(UsageError)
  expect(() => readPage('constructor')).toThrow(UsageError)
})
