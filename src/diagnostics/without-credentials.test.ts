import { expect, test } from 'vitest'
import { withCredentialsStarred, withoutCredentials } from './without-credentials.ts'

test('leaves out user and password, also where slashes of a password are not escaped', () => {
  expect(withoutCredentials('a http://al:pw@x.test/, //al@y')).toBe('a http://***@x.test/, //***@y')
  expect(withoutCredentials('"ftp://al:p/w?x#y@x.test/"')).toBe('"ftp://***@x.test/"')
  expect(withoutCredentials(withoutCredentials('http://al:pw@x.test'))).toBe('http://***@x.test')
})

test('leaves out the values of secret arguments, but no variables', () => {
  expect(withoutCredentials('http://x.test/?a=b&token=abc&access-token=d#e')).toBe(
    'http://x.test/?a=b&token=***&access-token=***#e',
  )
  expect(withoutCredentials('http://x.test/?token=$cookie_t&monkey=1')).toBe(
    'http://x.test/?token=$cookie_t&monkey=1',
  )
})

test('leaves everything else as it is', () => {
  for (const text of [
    'http://x.test/@al',
    'https://x.test:8443/@al?a@b',
    'http://[::1]:8080/x@y',
    'al@x.test // b@c',
    'http://x.test',
  ])
    expect(withoutCredentials(text)).toBe(text)
})

test('keeps columns where they are asked for', () => {
  expect(withCredentialsStarred('url: "http://al:pw@x.test"')).toBe('url: "http://*****@x.test"')
})

test('takes time in proportion to the text, whatever it is', () => {
  for (const unit of ['//a:b', '//', ':', '//a:b@', 'a', '?token=', '&a=']) {
    const text = unit.repeat(200_000)
    expect(withoutCredentials(text).length).toBeGreaterThan(0)
  }
})
