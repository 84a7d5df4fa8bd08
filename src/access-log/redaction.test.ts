import { describe, expect, it } from 'vitest'
import { createRedaction, noRedaction } from './redaction.ts'

const { url, hides } = createRedaction(['Booking'])

describe('a URL', () => {
  it.each([
    ['/', '/'],
    ['/token=abc', '/token=abc'],
    ['/x?a=1&b=2', '/x?a=1&b=2'],
    ['/x?a=1&token=abc&b=2', '/x?a=1&token=REDACTED&b=2'],
    ['/x?TOKEN=abc', '/x?TOKEN=REDACTED'],
    ['/x?token=', '/x?token='],
    ['/x?token', '/x?token'],
    ['/x?token=a=b', '/x?token=REDACTED'],
    ['/x?a=1;sig=abc;b=2', '/x?a=1;sig=REDACTED;b=2'],
    ['/x?%74oken=abc', '/x?%74oken=REDACTED'],
    ['/x?%zz=abc&%ff=1', '/x?%zz=abc&%ff=1'],
    ['/x?user[password]=abc&login.password=d', '/x?user[password]=REDACTED&login.password=REDACTED'],
    ['/x?user%5Bpassword%5D=abc', '/x?user%5Bpassword%5D=REDACTED'],
    ['/x?postcode=12345&tokens=5', '/x?postcode=12345&tokens=5'],
    ['/x?X-Amz-Signature=abc&X-Amz-Date=1', '/x?X-Amz-Signature=REDACTED&X-Amz-Date=1'],
    ['/x?booking=7', '/x?booking=REDACTED'],
    [
      '/x?accessToken=a&access-token=b&clientsecret=c',
      '/x?accessToken=REDACTED&access-token=REDACTED&clientsecret=REDACTED',
    ],
    ['/x?+token=a&%20token=b&token%00=c', '/x?+token=REDACTED&%20token=REDACTED&token%00=REDACTED'],
    ['/cb#access_token=abc&state=1', '/cb#access_token=REDACTED&state=1'],
    ['/x?next=/y?token=abc', '/x?next=/y?token=REDACTED'],
    ['/x?rd=https%3A%2F%2Fa.test%2F%3Fa%3D1%26token%3Dabc&b=2', '/x?rd=REDACTED&b=2'],
    ['/x?rd=https%3A%2F%2Fa.test%2F%3Fa%3D1&b=2', '/x?rd=https%3A%2F%2Fa.test%2F%3Fa%3D1&b=2'],
    ['//ann:pass@a.test/cb', '//***@a.test/cb'],
    ['https://ann:pass@a.test/cb?code=abc', 'https://***@a.test/cb?code=REDACTED'],
    ['', ''],
  ])('%s is shown as %s', (written, shown) => {
    expect(url(written)).toBe(shown)
  })

  it('is looked at in a time that grows as its length does', () => {
    const pieces = ['?', '&', '%', '=', 'a', 'token&', 'token[', '%3f', 't-o', '=%26t%3d', '//', '//@']
    const startedAt = performance.now()
    for (const piece of pieces) url(`/?token&${piece.repeat(1_000_000 / piece.length)}`)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('is shown as it is when nothing is left out', () => {
    expect(noRedaction.url('/x?token=abc')).toBe('/x?token=abc')
    expect(noRedaction.hides('cookie')).toBe(false)
  })
})

it('hides fields that carry credentials, and those that are named', () => {
  for (const name of ['authorization', 'Cookie', 'set-cookie', 'X-Api-Key', 'booking'])
    expect(hides(name)).toBe(true)
  expect(hides('user-agent')).toBe(false)
})
