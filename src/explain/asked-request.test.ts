import { describe, expect, test } from 'vitest'
import { readAskedRequest, type WrittenRequest } from './asked-request.ts'

function asked(written: WrittenRequest | string) {
  const read = readAskedRequest(typeof written === 'string' ? { url: written } : written)
  if ('problem' in read) throw new Error(read.problem)
  return read.value
}

describe('a URL becomes a request', () => {
  test.each([
    ['http://foo.com/a?b=c#d', { secure: false, authority: 'foo.com', target: '/a?b=c', port: 80 }],
    ['foo.com/a', { secure: false, authority: 'foo.com', target: '/a' }],
    ['foo.com:8080', { authority: 'foo.com:8080', target: '/', port: 8080 }],
    ['HTTPS://Foo.com/', { secure: true, authority: 'foo.com', serverName: 'foo.com', port: 443 }],
    ['https://[::1]:8443/', { authority: '[::1]:8443', serverName: undefined }],
    ['https://127.0.0.1/', { serverName: undefined }],
    ['http://foo.com?x=1', { target: '/?x=1' }],
  ])('%s', (url, expected) => {
    expect(asked(url)).toMatchObject(expected)
  })

  test('dots, slashes and escapes stay as written: what they mean is for the proxy to say', () => {
    expect(asked('http://foo.com/a/../b//c%2Fd;x').target).toBe('/a/../b//c%2Fd;x')
  })

  test('blanks and what is beyond ASCII are escaped as browsers do', () => {
    expect(asked('http://foo.com/a b/ü').target).toBe('/a%20b/%C3%BC')
    expect(asked('https://bücher.example/').serverName).toBe('xn--bcher-kva.example')
  })

  test('credentials are sent as curl sends them', () => {
    expect(asked('http://al:p%40ss@foo.com/').fields).toEqual([['Authorization', 'Basic YWw6cEBzcw==']])
  })
})

describe('what is said beside the URL', () => {
  test('Host replaces the host of the URL, which the handshake still asks for', () => {
    const request = asked({ url: 'https://a.test/', headers: [['host', 'b.test']] })
    expect(request).toMatchObject({ authority: 'b.test', serverName: 'a.test', fields: [] })
  })

  test('the handshake asks for the name that is said, as handshakes write names; for none where it is empty', () => {
    const name = (serverName: string) => asked({ url: 'https://a.test/', serverName }).serverName
    expect([name('B.Test.'), name('')]).toEqual(['b.test', undefined])
  })

  test('a URL without a host is one where Host says it', () => {
    expect(asked({ url: 'http:///a', headers: [['Host', 'b.test']] }).authority).toBe('b.test')
  })

  test('cookies are one field', () => {
    expect(asked({ url: 'foo.com', cookies: ['a=b', 'c=d'] }).fields).toEqual([['Cookie', 'a=b; c=d']])
  })

  test.each([
    { url: 'ftp://foo.com/' },
    { url: 'foo.com', headers: [['a', 'b\r\nc: d']] as const },
    { url: 'foo.com', method: 'GET\n' },
    { url: '' },
    { url: 'http:///a' },
    { url: 'http://foo.com', serverName: 'foo.com' },
  ])('nothing becomes of %j', written => {
    expect(readAskedRequest(written)).toHaveProperty('problem')
  })
})
