import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isYaml11Boolean, type Node, type ScalarNode, scalarType } from '../diagnostics/node.ts'
import { parseYaml } from './parse-yaml.ts'

/** The plain value of a text's only document. */
function documentValue(text: string): unknown {
  const parsed = parseYaml(text)
  if (!parsed.ok) throw new Error(parsed.reason)
  return plain(parsed.roots[0]!)
}

function plain(node: Node): unknown {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'sequence') return node.items.map(plain)
  return new Map([...node.entries].map(([key, { value }]) => [key, plain(value)]))
}

function scalarOf(text: string): ScalarNode {
  const parsed = parseYaml(text)
  return (parsed.ok && parsed.roots[0]) as ScalarNode
}

function codesOf(text: string): string[] {
  const parsed = parseYaml(text)
  return parsed.ok ? parsed.findings.map(({ code }) => code) : ['yaml-syntax']
}

describe('scalars follow the core schema of YAML 1.2', () => {
  test.each([
    ['80', 'integer'],
    ['-3', 'integer'],
    ['0x1F', 'integer'],
    ['0o17', 'integer'],
    ['1.5', 'float'],
    ['1e3', 'float'],
    ['.inf', 'float'],
    ['true', 'boolean'],
    ['False', 'boolean'],
    ['~', 'null'],
    ['null', 'null'],
    ['"80"', 'string'],
    ["'true'", 'string'],
    ['!!str 80', 'string'],
    ['|\n  80', 'string'],
    ['10m', 'string'],
    ['1.2.3.4', 'string'],
    ['2026-01-01T00:00:00Z', 'string'],
    ['yes', 'string'],
    ['tRue', 'string'],
  ])('%j is of type %s', (text, type) => {
    expect(scalarType(scalarOf(text))).toBe(type)
  })

  test.each(['y', 'Yes', 'NO', 'on', 'Off', 'N'])('%s is a boolean to a YAML 1.1 parser', text => {
    expect(isYaml11Boolean(scalarOf(text))).toBe(true)
    expect(isYaml11Boolean(scalarOf(`"${text}"`))).toBe(false)
  })
})

describe('a tree remembers where values begin', () => {
  test.each([
    ['a: b', 'b', 3],
    ['a:\n  - "b"', '"', 7],
    ["a: 'b'", "'", 3],
    ['a: [1, b]', 'b', 7],
  ])('in %j', (text, character, offset) => {
    const offsets: number[] = []
    const collect = (node: Node): void => {
      offsets.push(node.offset)
      if (node.kind === 'sequence') node.items.forEach(collect)
      if (node.kind === 'mapping') for (const { value } of node.entries.values()) collect(value)
    }
    const parsed = parseYaml(text)
    if (parsed.ok) collect(parsed.roots[0]!)
    expect(text[offset]).toBe(character)
    expect(offsets).toContain(offset)
  })
})

test('merges keys under the ones written out, wherever those stand', () => {
  expect(documentValue('x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {b: 4, <<: [*x, {c: 5, a: 6}]}')).toEqual(
    new Map<string, unknown>([
      [
        'x',
        new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      ],
      [
        'y',
        new Map([
          ['a', '1'],
          ['b', '3'],
        ]),
      ],
      [
        'z',
        new Map([
          ['a', '1'],
          ['b', '4'],
          ['c', '5'],
        ]),
      ],
    ]),
  )
})

test('keeps keys that mean something to JavaScript as ordinary keys', () => {
  expect(documentValue('{"__proto__": "a", "constructor": "b"}')).toEqual(
    new Map([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]),
  )
})

test('finds a repeated key and lets the last one count', () => {
  expect(documentValue('a: 1\na: 2')).toEqual(new Map([['a', '2']]))
  expect(codesOf('a: 1\na: 2')).toEqual(['duplicate-key'])
})

test('reads past tags it does not know and keys that are no text', () => {
  expect(codesOf('a: !vault x')).toEqual(['yaml-tag'])
  expect(codesOf('a: !!str x\nb: !!map {}\nc: !!int 3')).toEqual([])
  expect(codesOf('? [a]\n: b')).toEqual(['yaml-key'])
})

test.each([
  ['a mapping in a value', 'a: b: c'],
  ['an open list', 'a: [1,'],
  ['an open quote', 'a: "x'],
  ['a tab as indentation', 'a:\n\tb: 1'],
  ['an alias without anchor', 'a: *x'],
  ['an alias inside of what it stands for', 'a: &a [*a]'],
  ['too deep a nesting', '['.repeat(100)],
])('refuses %s', (_, text) => {
  expect(parseYaml(text)).toMatchObject({ ok: false })
})

test('asks whether a text is a template', () => {
  expect(parseYaml('a: 1\nb: {{- if x }}\n')).toMatchObject({
    ok: false,
    reason: expect.stringContaining('template'),
  })
  expect(parseYaml('a: {{ x }}\nb: [\n')).toMatchObject({
    ok: false,
    reason: expect.not.stringContaining('template'),
  })
})

test('says what is missing between JSON objects', () => {
  expect(parseYaml('{"a": 1}\n{"b": 2}\n')).toMatchObject({
    ok: false,
    offset: 9,
    reason: expect.stringContaining('"---"'),
  })
})

test('refuses aliases that stand for millions of values', () => {
  const levels = 'abcdefghij'.split('')
  const text = levels.map(
    (level, index) => `${level}: &${level} [${index === 0 ? 'x' : `${`*${levels[index - 1]},`.repeat(9)}`}]`,
  )
  expect(parseYaml(text.join('\n'))).toMatchObject({ ok: false })
})

test.each(['a: 1\r\nb: [1,\r\n 2]\r\n', '{\n\t"a": 1,\n\t"b": [1, 2]\n}'])('reads %j', text => {
  expect(documentValue(text)).toEqual(
    new Map<string, unknown>([
      ['a', '1'],
      ['b', ['1', '2']],
    ]),
  )
})

test('never throws, whatever the text', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '&x ',
    '*x',
    '<<',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '---',
    '? ',
    '!',
    ',',
    '#',
    '\t',
    '%',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => void parseYaml(pieces.join(''))),
    { numRuns: 2000 },
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseYaml(text)))
})
