import { describe, expect, it } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import { escapeComponent } from './percent-encode.ts'
import { parseVariables, renderSafe, renderSafeUrl, renderVariables, type VariableText } from './variables.ts'

function text(written: string): VariableText {
  const parsed = parseVariables(written)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

const route = {
  host: '*.foo.com',
  kind: 'prefix' as const,
  path: '/shop',
  origin: { namespace: 'shop', ingress: 'web' },
  backend: { service: 'cart', port: 'http' },
}

describe('parseVariables', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: nginx writes variables so
  it('cuts text into literals and variables', () => {
    expect(text('a-$host/${scheme}b').parts).toEqual([
      'a-',
      { name: 'host', argument: '' },
      '/',
      { name: 'scheme', argument: '' },
      'b',
    ])
    expect(text('plain').parts).toEqual(['plain'])
    expect(text('').parts).toEqual([])
  })
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: nginx writes variables so

  it('takes names regardless of case, as nginx does', () => {
    expect(renderVariables(text('$HOST $Request_URI'), requestFacts({ target: '/x' }))).toBe('foo.com /x')
  })

  it('tells the time in seconds with milliseconds, as headers of queue times have it', () => {
    const [, seconds] = /^t=(\d+\.\d{3})$/.exec(renderSafe(text('t=$msec'), requestFacts()))!
    expect(Math.abs(Number(seconds) * 1000 - Date.now())).toBeLessThan(10_000)
  })

  it.each([
    ['$hots', /\$hots .*did you mean \$host\?/],
    ['$requesturi', /did you mean \$request_uri\?/],
    ['$1', /capture group/],
    ['a$', /\$literal_dollar/],
    ['${host', /\$literal_dollar/],
    ['$-', /\$literal_dollar/],
    ['$http_', /no variable/],
    ['$toString', /no variable/],
    ['$__proto__', /no variable/],
    ['a\rb', /control/],
    ['$host'.repeat(33), /more than 32/],
  ])('says what is wrong with %j', (written, problem) => {
    expect(parseVariables(written)).toEqual({ problem: expect.stringMatching(problem) })
  })
})

describe('a variable', () => {
  const facts: FactsInput = {
    method: 'POST',
    secure: true,
    host: 'foo.com',
    authority: 'Foo.com:8443',
    target: '/a%20b?X=1&y=%20&x=2&empty=&flag',
    path: '/a b',
    version: '1.0',
    localPort: 8443,
    clientAddress: '10.0.0.9',
    requestId: 'id',
    route,
    headers: {
      'x-tenant': 'blue',
      'content-type': 'text/plain',
      'content-length': '3',
      'x-forwarded-for': '1.1.1.1',
      authorization: `Basic ${Buffer.from('ann:se:cret').toString('base64')}`,
    },
    cookies: { SESSION: 'abc' },
  }
  it.each([
    ['$host', 'foo.com'],
    ['$http_host', 'Foo.com:8443'],
    ['$best_http_host', 'Foo.com:8443'],
    ['$request_uri', '/a%20b?X=1&y=%20&x=2&empty=&flag'],
    ['$uri', '/a b'],
    ['$document_uri', '/a b'],
    ['$args', 'X=1&y=%20&x=2&empty=&flag'],
    ['$query_string', 'X=1&y=%20&x=2&empty=&flag'],
    ['$is_args', '?'],
    ['$arg_x', '1'],
    ['$arg_y', '%20'],
    ['$arg_empty', ''],
    ['$arg_flag', ''],
    ['$arg_none', ''],
    ['$scheme', 'https'],
    ['$pass_access_scheme', 'https'],
    ['$https', 'on'],
    ['$http_x_tenant', 'blue'],
    ['$http_none', ''],
    ['$cookie_SESSION', 'abc'],
    ['$cookie_none', ''],
    ['$remote_addr', '10.0.0.9'],
    ['$binary_remote_addr', '10.0.0.9'],
    ['$the_real_ip', '10.0.0.9'],
    ['$remote_user', 'ann'],
    ['$request_method', 'POST'],
    ['$request', 'POST /a%20b?X=1&y=%20&x=2&empty=&flag HTTP/1.0'],
    ['$server_port', '8443'],
    ['$server_name', '*.foo.com'],
    ['$server_protocol', 'HTTP/1.0'],
    ['$request_id', 'id'],
    ['$req_id', 'id'],
    ['$content_type', 'text/plain'],
    ['$content_length', '3'],
    ['$namespace', 'shop'],
    ['$ingress_name', 'web'],
    ['$service_name', 'cart'],
    ['$service_port', 'http'],
    ['$location_path', '/shop'],
    ['$proxy_upstream_name', 'shop-cart-http'],
    ['$proxy_add_x_forwarded_for', '1.1.1.1, 10.0.0.9'],
    ['$literal_dollar', '$'],
  ])('%s is %j', (written, value) => {
    expect(renderVariables(text(written), requestFacts(facts))).toBe(value)
  })

  it.each([
    ['$args', ''],
    ['$is_args', ''],
    ['$arg_x', ''],
    ['$https', ''],
    ['$remote_user', ''],
    ['$namespace', ''],
    ['$proxy_upstream_name', '-'],
    ['$server_name', '_'],
    ['$content_type', ''],
  ])('%s is %j for a bare request that no rule takes', (written, value) => {
    expect(renderVariables(text(written), requestFacts())).toBe(value)
  })

  it('shows an IPv6 host in brackets, as nginx does', () => {
    expect(renderVariables(text('$host'), requestFacts({ host: '::1' }))).toBe('[::1]')
  })

  it('takes no user from credentials that are not Basic or have no colon', () => {
    for (const authorization of ['Bearer YTpi', 'Basic', 'Basic YWI=', 'Basic %%%']) {
      expect(renderVariables(text('$remote_user'), requestFacts({ headers: { authorization } }))).toBe('')
    }
  })
})

describe('escaping', () => {
  it('escapes the request URI as a component of a query', () => {
    const facts = requestFacts({ target: '/?a=b&c=d' })
    expect(renderVariables(text('$escaped_request_uri'), facts)).toBe('%2F%3Fa%3Db%26c%3Dd')
    expect(escapeComponent("A-z0_.~!'()*\xe4")).toBe('A-z0_.~%21%27%28%29%2A%E4')
  })

  it('lets no decoded line break into a field or URL', () => {
    const facts = requestFacts({ target: '/a%0d%0aX:%20y', path: '/a\r\nX: y' })
    expect(renderVariables(text('$uri'), facts)).toBe('/a\r\nX: y')
    expect(renderSafe(text('$uri'), facts)).toBe('/a%0D%0AX: y')
    expect(renderSafeUrl(text('http://a$uri'), facts)).toBe('http://a/a%0D%0AX:%20y')
  })

  it('encodes decoded values so that they mean the same in a URL', () => {
    const facts = requestFacts({ target: '/100%25%3Fa%23/b', path: '/100%?a#/b' })
    expect(renderSafeUrl(text('http://a$uri'), facts)).toBe('http://a/100%25%3Fa%23/b')
    expect(renderSafeUrl(text('http://a$request_uri'), facts)).toBe('http://a/100%25%3Fa%23/b')
  })

  it('keeps what a URL may hold, escapes included', () => {
    const url = "http://a.b:1/c;d=e,f%20?g=h&i=[j]#k!$&'()*+@~_-"
    expect(renderSafeUrl({ text: url, parts: [url] }, requestFacts())).toBe(url)
    expect(renderSafeUrl({ text: '', parts: ['"<>\\^`{|}\xff'] }, requestFacts())).toBe(
      '%22%3C%3E%5C%5E%60%7B%7C%7D%FF',
    )
  })

  it('sends literal text beyond ASCII as UTF-8 bytes', () => {
    expect(renderSafeUrl(text('/ä'), requestFacts())).toBe('/%C3%A4')
  })
})
