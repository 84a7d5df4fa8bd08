import { expect, test } from 'vitest'
import { parseFields } from '../http1/parse-fields.ts'
import { FieldKind } from './field-kind.ts'
import { FieldLines } from './field-lines.ts'

function fieldsOf(...lines: string[]): FieldLines {
  const fields = new FieldLines()
  fields.reset(`${lines.join('\r\n')}\r\n\r\n`)
  expect(parseFields(fields, 0)).toBeUndefined()
  return fields
}

test('finds fields in any letter case, the first one first', () => {
  const fields = fieldsOf('X-One: 1', 'x-two: 2', 'X-ONE: 3')
  expect(fields.get('x-one')).toBe('1')
  expect(fields.find('x-one', 1)).toBe(2)
  expect(fields.name(2)).toBe('X-ONE')
  expect(fields.get('x-three')).toBeUndefined()
})

test('does not take a name for another of the same length', () => {
  expect(fieldsOf('X-One: 1').get('x-two')).toBeUndefined()
  // `[` and `{`, like `@` and the back-quote, differ by the bit that tells letter cases apart.
  expect(fieldsOf('a^b: 1').get('a~b')).toBeUndefined()
})

test('gives whole lines for copying, without the blanks around their values', () => {
  const fields = fieldsOf('A:  1 ', 'B: 2')
  expect(fields.text.slice(fields.lineStart(0), fields.lineEnd(0))).toBe('A: 1\r\n')
  expect(fields.value(0)).toBe('1')
})

test('knows the fields a proxy has to know', () => {
  const fields = fieldsOf('HOST: a', 'x_forwarded_for: b', 'Proxy: c', 'X-Forwarded-Proto: d', 'Accept: e')
  const kinds = Array.from({ length: fields.count }, (_, i) => fields.kind(i))
  expect(kinds).toEqual([
    FieldKind.host,
    FieldKind.underscore,
    FieldKind.hopByHop,
    FieldKind.forwarded,
    FieldKind.other,
  ])
})

test('joins the lines of a kind to one list', () => {
  const fields = fieldsOf('X-Forwarded-For: a, b', 'X: y', 'x-forwarded-for: c')
  expect(fields.joinKind(FieldKind.forwardedFor)).toBe('a, b, c')
  expect(fields.joinKind(FieldKind.forwardedHost)).toBe('')
})

test('forgets everything at reset', () => {
  const fields = fieldsOf('A: 1')
  fields.reset('B: 2\r\n\r\n')
  expect(fields.count).toBe(0)
  expect(fields.get('a')).toBeUndefined()
})

test('marks every line that Connection names, but none that a proxy answers for itself', () => {
  const fields = fieldsOf('X-A: 1', 'Cookie: b=2', 'x-a: 3')
  fields.markHopByHop('x-a')
  fields.markHopByHop('cookie')
  expect([fields.kind(0), fields.kind(1), fields.kind(2)]).toEqual([
    FieldKind.hopByHop,
    FieldKind.cookie,
    FieldKind.hopByHop,
  ])
})
