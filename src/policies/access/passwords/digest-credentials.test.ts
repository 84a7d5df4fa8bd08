import { expect, it } from 'vitest'
import { provesPassword, readDigestCredentials } from './digest-credentials.ts'

// The example of RFC 7616 §3.9.1, as a client that was offered MD5 answers it.
const example =
  'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ' +
  'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, ' +
  'response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
const ha1 = '3d78807defe7de2157e2b0b6573a855f'

it('proves the password of the example in RFC 7616', () => {
  const credentials = readDigestCredentials(example)!
  expect(credentials).toMatchObject({ user: 'Mufasa', uri: '/dir/index.html', count: '00000001' })
  expect(provesPassword(credentials, 'GET', ha1)).toBe(true)
  expect(provesPassword(credentials, 'POST', ha1)).toBe(false)
  expect(provesPassword({ ...credentials, uri: '/' }, 'GET', ha1)).toBe(false)
  expect(provesPassword(credentials, 'GET', '')).toBe(false)
})

it('reads escapes, spaces and values without quotes', () => {
  const credentials = readDigestCredentials(
    example.replace('"Mufasa"', '"Mu\\"fa\\\\sa"').replace('qop=auth', 'QOP = "auth"'),
  )
  expect(credentials?.user).toBe('Mu"fa\\sa')
})

it('takes nothing that is incomplete, doubled or of another kind', () => {
  const bad = [
    'Basic eDp5',
    'Digest',
    example.replace('nc=00000001, ', ''),
    example.replace('qop=auth', 'qop=auth-int'),
    example.replace(', qop=auth', ''),
    example.replace('=MD5', '=SHA-256'),
    example.replace('00000001', '1'),
    `${example}, nc=00000002`,
    `${example}, uri="/other"`,
    example.replace('"Mufasa"', '"Mufasa'),
    example.replace('8ca523', '8ca52'),
    `${example} trailing`,
  ]
  expect(bad.map(text => readDigestCredentials(text))).toEqual(bad.map(() => undefined))
  expect(readDigestCredentials(undefined)).toBeUndefined()
})

it('takes time in proportion to the length of hostile text', () => {
  const started = performance.now()
  for (const text of [
    ', '.repeat(8_000),
    'a='.repeat(8_000),
    `a="${'\\"'.repeat(8_000)}`,
    `a=${' '.repeat(16_000)}`,
  ]) {
    expect(readDigestCredentials(`Digest ${text}`)).toBeUndefined()
  }
  expect(performance.now() - started).toBeLessThan(1_000)
})
