import { expect, it } from 'vitest'
import { positionOf, type SourceDocument } from './place.ts'

/** The slow, obvious way. */
function countedIn({ file, text, startLine }: SourceDocument, offset: number): object {
  const before = text.slice(0, offset).split('\n')
  return { file, line: startLine + before.length - 1, column: before.at(-1)!.length + 1 }
}

it.each([
  ['a short', 'kind: Ingress\n\nspec:\r\n  rules: []\n'],
  ['a long', `${'- one: line\n\n'.repeat(2_000)}last`],
  ['a long document of one line as', 'x'.repeat(20_000)],
])('finds line and column in %s document', (_, text) => {
  const document = { file: 'a.yaml', text, startLine: 5 }
  for (let offset = 0; offset <= text.length; offset += 1 + Math.floor(text.length / 500)) {
    expect(positionOf({ document, offset })).toEqual(countedIn(document, offset))
  }
})

it('follows a document that moves in its file', () => {
  const document = { file: 'a.yaml', text: 'a\n'.repeat(10_000), startLine: 1 }
  expect(positionOf({ document, offset: 4 }).line).toBe(3)
  document.startLine = 11
  expect(positionOf({ document, offset: 4 }).line).toBe(13)
})
