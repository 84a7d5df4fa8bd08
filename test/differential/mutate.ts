// Small accidents that happen to a text: octets inserted, lost or replaced, lines doubled, swapped or cut off.
import fc from 'fast-check'

const octet = fc.constantFrom(
  ...[
    '\r',
    '\n',
    '\0',
    '\t',
    ' ',
    ':',
    ',',
    ';',
    '\x0b',
    '\x0c',
    '\x80',
    '\x85',
    '\xa0',
    '\xff',
    '_',
    '+',
    '-',
    '\r\n',
  ],
)

interface Mutation {
  readonly kind: 'insert' | 'delete' | 'replace' | 'double-line' | 'swap-lines' | 'change-case' | 'cut-off'
  readonly at: number
  readonly octet: string
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom<Mutation['kind']>(
    ...(['insert', 'delete', 'replace', 'double-line', 'swap-lines', 'change-case', 'cut-off'] as const),
  ),
  at: fc.nat(2 ** 20),
  octet,
})

/** The texts of `source`, every other one with one to three mutations. */
export function mutated(source: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const mutations = fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  return fc.tuple(source, mutations).map(([text, list]) => list.reduce(mutate, text))
}

function mutate(text: string, { kind, at, octet }: Mutation): string {
  const index = text.length === 0 ? 0 : at % text.length
  switch (kind) {
    case 'insert':
      return text.slice(0, index) + octet + text.slice(index)
    case 'delete':
      return text.slice(0, index) + text.slice(index + 1)
    case 'replace':
      return text.slice(0, index) + octet + text.slice(index + 1)
    case 'change-case':
      return text.slice(0, index) + swapCase(text.charAt(index)) + text.slice(index + 1)
    case 'cut-off':
      return text.slice(0, index)
    default:
      return moveLine(text, at, kind === 'double-line')
  }
}

function moveLine(text: string, at: number, isDoubled: boolean): string {
  const lines = text.split('\r\n')
  const index = at % lines.length
  const [line] = isDoubled ? [lines[index]!] : lines.splice(index, 1)
  lines.splice((at >> 8) % (lines.length + 1), 0, line!)
  return lines.join('\r\n')
}

function swapCase(letter: string): string {
  const upper = letter.toUpperCase()
  return letter === upper ? letter.toLowerCase() : upper
}
