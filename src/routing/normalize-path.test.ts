import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizePath } from './normalize-path.ts'

/** The slow, obvious twin: decode, split, walk. */
function normalizeNaively(raw: string): string | undefined {
  if (!raw.startsWith('/') || /%(?![0-9A-Fa-f]{2})/.test(raw)) return undefined
  const decoded = raw.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  if (/[\x00-\x1f\x7f]/.test(decoded)) return undefined
  let path = decoded.replace(/\/+/g, '/')
  while (/\/\.(\/|$)/.test(path)) path = path.replace(/\/\.(\/|$)/, '/')
  while (/\/\.\.(\/|$)/.test(path)) {
    if (/^\/\.\.(\/|$)/.test(path)) return undefined
    path = path.replace(/\/(?!\.\.\/)[^/]+\/\.\.(\/|$)/, '/')
  }
  return path
}

describe('normalizePath', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/', '/a/'],
    ['/a//b', '/a/b'],
    ['//a', '/a'],
    ['/a/./b', '/a/b'],
    ['/a/.', '/a/'],
    ['/a/..', '/'],
    ['/a/b/..', '/a/'],
    ['/a/b/../c', '/a/c'],
    ['/a//../b', '/b'],
    ['/a/%2e%2E/b', '/b'],
    ['/a%2f..%2Fb', '/b'],
    ['/a%20b', '/a b'],
    ['/a%25', '/a%'],
    ['/a%2525', '/a%25'],
    ['/%C3%A4', '/\xc3\xa4'],
    ['/\xc3\xa4', '/\xc3\xa4'],
    ['/a%3Fb', '/a?b'],
    ['/a;b/..;/c', '/a;b/..;/c'],
    ['/a\\..\\b', '/a\\..\\b'],
    ['/...', '/...'],
    ['/.well-known/x', '/.well-known/x'],
  ])('reads %s as %s', (raw, path) => {
    expect(normalizePath(raw)).toBe(path)
  })

  it.each([
    '',
    'a',
    '*',
    '/..',
    '/../a',
    '/a/../..',
    '/%2e%2e',
    '/a/%2e%2e%2f..',
    '/%',
    '/%2',
    '/%zz',
    '/%00',
    '/a%0d%0ab',
    '/\x01',
    '/%7f',
  ])('refuses %j', raw => {
    expect(normalizePath(raw)).toBeUndefined()
  })

  it('equals a naive reading of any path', () => {
    const piece = fc.constantFrom(
      '/',
      '/',
      '.',
      '..',
      'a',
      'b',
      '%2e',
      '%2F',
      '%25',
      '%41',
      '%',
      '%0',
      '\xe4',
      ';',
      '%00',
    )
    const path = fc.array(piece, { maxLength: 14 }).map(pieces => `/${pieces.join('')}`)
    fc.assert(
      fc.property(path, raw => {
        expect(normalizePath(raw)).toBe(normalizeNaively(raw))
      }),
      { numRuns: 3000 },
    )
  })

  it('changes nothing when it is applied to its own result without escapes', () => {
    const piece = fc.constantFrom('/', '.', '..', 'a', 'bc')
    const path = fc.array(piece, { maxLength: 10 }).map(pieces => `/${pieces.join('')}`)
    fc.assert(
      fc.property(path, raw => {
        const once = normalizePath(raw)
        if (once !== undefined) expect(normalizePath(once)).toBe(once)
      }),
    )
  })
})
