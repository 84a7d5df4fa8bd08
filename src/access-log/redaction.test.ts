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
    ['https://ann:pass@a.test/cb?code=abc', 'https://***@a.test/cb?code=REDACTED'],
    ['', ''],
  ])('%s is shown as %s', (written, shown) => {
    expect(url(written)).toBe(shown)
  })

  it('is looked at in a time that grows as its length does', () => {
    const pieces = ['?', '&', '%', '=', 'a', 'token&', 'token[', '//', '//@']
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
