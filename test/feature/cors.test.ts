// Cross-origin requests: preflights, and what every response says of who may read it.
import { describe, expect, test } from 'vitest'
import { startEchoBackend, startHttpBackend } from '../support/backend.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { documents } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

/** Access-Control fields in the order they came. */
function accessFields({ rawHeaders }: TestResponse): [string, string][] {
  const fields: [string, string][] = []
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (/^access-control-/i.test(rawHeaders[i]!)) fields.push([rawHeaders[i]!, rawHeaders[i + 1]!])
  return fields
}

const defaultFields = (origin: string) => [
  ['Access-Control-Allow-Origin', origin],
  ['Access-Control-Allow-Credentials', 'true'],
  ['Access-Control-Allow-Methods', 'GET, PUT, POST, DELETE, PATCH, OPTIONS'],
  [
    'Access-Control-Allow-Headers',
    'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
  ],
  ['Access-Control-Max-Age', '1728000'],
]

describe('without a list of origins', () => {
  test('every response and every OPTIONS allows everybody, with the defaults of ingress-nginx in its order', async () => {
    const backend = await startHttpBackend((_, response) => {
      response.setHeader('Access-Control-Allow-Origin', 'https://of-the-backend.com')
      response.end()
    })
    const proxy = await startProxy({
      files: {
        'a.yaml': serving('foo.com', backend.address, { annotations: nginx({ 'enable-cors': 'true' }) }),
      },
    })
    const ask = (method: string, headers: Record<string, string> = {}) =>
      fetchFrom({ port: proxy.httpPort, host: 'foo.com', method, headers })

    expect(proxy.codes()).toEqual([])
    const answer = await ask('GET')
    expect(accessFields(answer)).toEqual(defaultFields('*'))
    expect(answer.headers.vary).toBeUndefined()
    const preflight = await ask('OPTIONS')
    expect([preflight.status, preflight.headers['content-type'], preflight.body]).toEqual([
      204,
      'text/plain charset=UTF-8',
      '',
    ])
    expect(accessFields(preflight)).toEqual(defaultFields('*'))
    expect(backend.connections).toHaveLength(1)
  })
})

describe('with a list of origins', () => {
  const list = 'https://foo.com, https://*.bar.com:8443, null, nonsense'
  const annotations = nginx({
    'enable-cors': 'true',
    'cors-allow-origin': list,
    'cors-allow-credentials': 'false',
    'cors-expose-headers': '*, X-One',
    'cors-max-age': '60',
    'ssl-redirect': 'true',
    'force-ssl-redirect': 'true',
  })

  test('an origin in it is named, another sees the backend alone, and caches are told to tell them apart', async () => {
    const backend = await startEchoBackend('web', (_, response) => {
      response.setHeader('Vary', ['Accept', 'Cookie'])
      response.setHeader('Access-Control-Max-Age', '5')
      response.end()
    })
    const { 'nginx.ingress.kubernetes.io/force-ssl-redirect': _, ...open } = annotations
    const proxy = await startProxy({
      files: { 'a.yaml': serving('foo.com', backend.address, { annotations: open }) },
    })
    const ask = (origin: string, method = 'GET') =>
      fetchFrom({ port: proxy.httpPort, host: 'foo.com', method, headers: { Origin: origin } })

    expect(proxy.codes()).toEqual(['annotation-value'])
    for (const origin of ['https://foo.com', 'https://any.bar.com:8443', 'null']) {
      const answer = await ask(origin)
      expect([answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual([
        origin,
        'Accept, Cookie, Origin',
      ])
      expect(accessFields(answer).map(([name]) => name)).toEqual([
        'Access-Control-Allow-Origin',
        'Access-Control-Allow-Methods',
        'Access-Control-Allow-Headers',
        'Access-Control-Expose-Headers',
        'Access-Control-Max-Age',
      ])
      expect(answer.headers['access-control-max-age']).toBe('60')
    }
    for (const origin of ['https://evil.com', 'nonsense', 'https://x.y.bar.com:8443']) {
      const answer = await ask(origin)
      expect([accessFields(answer), answer.headers.vary]).toEqual([
        [['Access-Control-Max-Age', '5']],
        'Accept, Cookie, Origin',
      ])
      expect((await ask(origin, 'OPTIONS')).status).toBe(200)
    }
  })

  test('a preflight comes before the redirect to HTTPS and on closed routes; errors carry the fields too', async () => {
    const backend = await startEchoBackend()
    const proxy = await startProxy({
      files: {
        'a.yaml': documents(
          serving('foo.com', backend.address, { annotations }),
          serving('closed.com', backend.address, {
            name: 'closed',
            annotations: { ...annotations, ...nginx({ 'whitelist-source-range': 'nonsense' }) },
          }),
        ),
      },
    })
    const ask = (host: string, method: string) =>
      fetchFrom({ port: proxy.httpPort, host, method, headers: { Origin: 'https://foo.com' } })
    const statuses = async (host: string) => [
      (await ask(host, 'OPTIONS')).status,
      (await ask(host, 'GET')).status,
      accessFields(await ask(host, 'GET'))[0]?.[1],
    ]

    expect(await statuses('foo.com')).toEqual([204, 308, 'https://foo.com'])
    expect(await statuses('closed.com')).toEqual([204, 503, 'https://foo.com'])
  })

  test('credentials, methods and headers that can not be read are not allowed', async () => {
    const { address } = await startEchoBackend()
    const settings = {
      'enable-cors': 'true',
      'cors-allow-credentials': 'yes',
      'cors-allow-methods': 'GET;POST',
      'cors-allow-headers': 'X-One: 1',
    }
    const proxy = await startProxy({
      files: { 'a.yaml': serving('foo.com', address, { annotations: nginx(settings) }) },
    })
    const answer = await fetchFrom({ port: proxy.httpPort, host: 'foo.com' })
    const names = accessFields(answer).map(([name]) => name)
    expect(names).toEqual(['Access-Control-Allow-Origin', 'Access-Control-Max-Age'])
    expect(proxy.codes()).toHaveLength(3)
  })

  test('in which nothing can be read, nobody is allowed, least of all everybody', async () => {
    const backend = await startEchoBackend()
    const broken = (name: string, value: string) =>
      serving(`${name}.com`, backend.address, {
        name,
        annotations: nginx({ 'enable-cors': 'true', 'cors-allow-origin': value }),
      })
    const proxy = await startProxy({
      files: {
        'a.yaml': documents(broken('one', 'nonsense'), broken('two', 'https://a.com\nhttps://b.com')),
      },
    })

    for (const host of ['one.com', 'two.com']) {
      const headers = { Origin: 'https://a.com' }
      const answer = await fetchFrom({ port: proxy.httpPort, host, headers })
      expect([answer.status, accessFields(answer)]).toEqual([200, []])
    }
    expect(proxy.codes()).toEqual(['annotation-value', 'annotation-value'])
  })
})
