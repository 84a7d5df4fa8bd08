import { describe, expect, it } from 'vitest'
import { allowsOrigin, parseAllowedOrigins } from './cors-origins.ts'

const allows = (list: string, origin: string | undefined) => allowsOrigin(parseAllowedOrigins(list), origin)

describe('a list of origins', () => {
  it('allows what it names: scheme, host and port have to be the same', () => {
    const list = 'https://foo.com, http://bar.com:8080,tauri://localhost,https://[::1]:8443'
    const rows: [string, boolean][] = [
      ['https://foo.com', true],
      ['HTTPS://FOO.com', true],
      ['http://foo.com', false],
      ['https://foo.com:443', false],
      ['https://foo.com:8080', false],
      ['http://bar.com:8080', true],
      ['http://bar.com', false],
      ['tauri://localhost', true],
      ['https://[::1]:8443', true],
      ['null', false],
    ]
    expect(rows.map(([origin]) => [origin, allows(list, origin)])).toEqual(rows)
  })

  it('allows one label for a wildcard, no more and no less', () => {
    const list = 'https://*.a.com, http://*.b.com:81'
    const rows: [string, boolean][] = [
      ['https://x.a.com', true],
      ['https://x-1.A.com', true],
      ['https://a.com', false],
      ['https://.a.com', false],
      ['https://x.y.a.com', false],
      ['https://evil.com/.a.com', false],
      ['https://xa.com', false],
      ['http://x.a.com', false],
      ['http://x.b.com:81', true],
      ['http://x.b.com', false],
      ['http://x.b.com:810', false],
    ]
    expect(rows.map(([origin]) => [origin, allows(list, origin)])).toEqual(rows)
  })

  it('takes dots for dots and counts the whole text, where ingress-nginx looks at its end only', () => {
    expect(allows('https://foo.bar.com', 'https://fooxbar.com')).toBe(false)
    expect(allows('https://foo.com', 'evil:https://foo.com')).toBe(false)
    expect(allows('https://foo.com', 'https://foo.com.evil.com')).toBe(false)
  })

  it('allows null when it says so, and everybody with a star, even without an Origin', () => {
    expect(allows('null', 'null')).toBe(true)
    expect(allows('https://foo.com, *', 'https://evil.com')).toBe(true)
    expect(allows('*', undefined)).toBe(true)
    expect(allows('https://foo.com', undefined)).toBe(false)
  })

  it('allows nobody by a list without items, and says so', () => {
    expect(parseAllowedOrigins(' , ')).toMatchObject({ any: false, problems: ['" , " names no origin'] })
  })

  it('allows nobody by an item that it can not read', () => {
    const list = parseAllowedOrigins(
      'foo.com, https://, https://*, https://*.*.com, https://a.com/path, *.a.com',
    )
    expect(list.problems).toHaveLength(6)
    expect(list.any).toBe(false)
    expect(allowsOrigin(list, 'https://a.com')).toBe(false)
  })
})
