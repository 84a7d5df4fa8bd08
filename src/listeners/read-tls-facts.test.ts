import { expect, test } from 'vitest'
import { printName, unescapeValue } from './read-tls-facts.ts'

test('prints names as RFC 2253 does, last attribute first, in ASCII', () => {
  expect(printName(['C=DE', 'O=Example\\, Inc', 'CN=alice'])).toBe('CN=alice,O=Example\\, Inc,C=DE')
  expect(printName(['CN=Jürgen €'])).toBe('CN=J\\C3\\BCrgen \\E2\\82\\AC')
  expect(printName(['CN=a\r\nX: y\0'])).toBe('CN=a\\0D\\0AX: y\\00')
  expect(printName([])).toBe('')
})

test('takes the escapes of RFC 2253 out of a value', () => {
  expect(unescapeValue('Example\\, Inc')).toBe('Example, Inc')
  expect(unescapeValue('a\\0Ab\\\\c')).toBe('a\nb\\c')
  expect(unescapeValue('plain')).toBe('plain')
})
