import { expect, test } from 'vitest'
import { escapeControls, escapeJson, escapeNginx, jsonText, printable } from './escape.ts'

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
const asText = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')

test('nginx writes quotes, backslashes and what is not printable ASCII as bytes', () => {
  expect(escapeNginx('plain / text')).toBe('plain / text')
  expect(escapeNginx(`a"b\\c\r\n\x7f${utf8('é')}`)).toBe('a\\x22b\\x5Cc\\x0D\\x0A\\x7F\\xC3\\xA9')
})

test('JSON takes every text back as it was', () => {
  for (const text of ['plain', 'a"b\\c', '\b\f\n\r\t\x01\x1f\x7f', 'é→😀', '\u0080\u009b\u00a0']) {
    const written = escapeJson(utf8(text))
    expect(JSON.parse(asText(`"${written}"`))).toBe(text)
    expect(written).not.toMatch(/[\x00-\x1f\x7f]/)
    expect(asText(written)).not.toMatch(/[\u0080-\u009f]/)
  }
})

test('JSON stays JSON where bytes are no UTF-8', () => {
  const written = escapeJson('\xff"\xc3')
  expect(written).toMatch(/^[\x20-\x7e]*$/)
  expect(JSON.parse(`"${written}"`)).toBe('\xff"\xc3')
})

test('without escapes no value can begin a line or command a terminal', () => {
  expect(escapeControls('a"b\\c')).toBe('a"b\\c')
  expect(escapeControls(utf8('é'))).toBe(utf8('é'))
  expect(escapeControls(`a\n\x1b[2J${utf8('\u009b')}`)).toBe('a\\x0A\\x1B[2J\\xC2\\x9B')
})

test('texts of manifests become bytes of UTF-8', () => {
  expect(JSON.parse(asText(jsonText('é"→')))).toBe('é"→')
  expect(printable('a\x1b\xe9')).toBe('a??')
})
