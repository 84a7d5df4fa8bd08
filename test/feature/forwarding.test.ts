// A request through the whole proxy and back: what the backend sees of it, and what the client sees of the answer.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest, type TestResponse } from '../support/fetch.ts'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

/** Sends a request through a proxy in front of an echo backend, over HTTP. */
async function forward(request: Partial<TestRequest> = {}): Promise<TestResponse & { httpPort: number }> {
  const backend = await startEchoBackend('web')
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })
  return { ...response, httpPort: proxy.httpPort }
}

/** Name → values of what an echo backend got, names in lower case. */
function fieldsOf(rawHeaders: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    fields[name] = [...(fields[name] ?? []), rawHeaders[i + 1]!]
  }
  return fields
}

test('forwards a request to the Service its rule names', async () => {
  const response = await forward({ path: '/x?y=1' })

  expect(response.status).toBe(200)
  expect(response.echo()).toMatchObject({ backend: 'web', method: 'GET', url: '/x?y=1' })
})

test('tells the backend what it can not know, and nothing else', async () => {
  const response = await forward({ headers: { Accept: '*/*', Connection: 'close' } })

  const { 'x-request-id': requestId, ...others } = fieldsOf(response.echo().rawHeaders)
  expect(requestId).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)])
  expect(others).toEqual({
    host: ['a.test'],
    accept: ['*/*'],
    'x-real-ip': ['127.0.0.1'],
    'x-forwarded-for': ['127.0.0.1'],
    'x-forwarded-host': ['a.test'],
    'x-forwarded-port': [String(response.httpPort)],
    'x-forwarded-proto': ['http'],
    'x-forwarded-scheme': ['http'],
    'x-scheme': ['http'],
  })
})

test('replaces what a client claims about forwarding, and keeps its claims apart', async () => {
  const response = await forward({
    host: 'a.test:8080',
    headers: {
      'X-Forwarded-For': ['6.6.6.6', '5.5.5.5, 4.4.4.4'],
      'X-Forwarded-Host': 'evil.test',
      'X-Forwarded-Port': '1',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Scheme': 'https',
      'X-Forwarded-Prefix': '/evil',
      'X-Scheme': 'https',
      'X-Real-IP': '6.6.6.6',
      'X-Original-Forwarded-For': '7.7.7.7',
      'X-Original-Forwarded-Host': 'worse.test',
      'ssl-client-verify': 'SUCCESS',
    },
  })

  const fields = fieldsOf(response.echo().rawHeaders)
  expect(fields).toMatchObject({
    host: ['a.test:8080'],
    'x-real-ip': ['127.0.0.1'],
    'x-forwarded-for': ['127.0.0.1'],
    'x-forwarded-host': ['a.test:8080'],
    'x-forwarded-port': [String(response.httpPort)],
    'x-forwarded-proto': ['http'],
    'x-forwarded-scheme': ['http'],
    'x-scheme': ['http'],
    'x-original-forwarded-for': ['6.6.6.6, 5.5.5.5, 4.4.4.4'],
    'x-original-forwarded-host': ['evil.test'],
  })
  expect(fields).not.toHaveProperty('x-forwarded-prefix')
  expect(fields).not.toHaveProperty('ssl-client-verify')
})

test('says https and port 443 of requests over TLS, whatever the port is', async () => {
  const backend = await startEchoBackend()
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })

  const response = await fetchFrom({ port: proxy.httpsPort, host: 'a.test', tls: { insecure: true } })

  expect(fieldsOf(response.echo().rawHeaders)).toMatchObject({
    'x-forwarded-port': ['443'],
    'x-forwarded-proto': ['https'],
    'x-forwarded-scheme': ['https'],
    'x-scheme': ['https'],
  })
})

test("keeps a client's own request id", async () => {
  const response = await forward({ headers: { 'X-Request-ID': 'mine-1' } })
  expect(fieldsOf(response.echo().rawHeaders)['x-request-id']).toEqual(['mine-1'])
})

test('makes another request id for each request', async () => {
  const backend = await startEchoBackend()
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const ids = new Set<string>()
  for (let i = 0; i < 300; i++) {
    const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
    ids.add(response.echo().headers['x-request-id']!)
  }
  expect(ids.size).toBe(300)
})

test('drops fields of one hop, fields Connection names, Proxy, and names with an underscore', async () => {
  const response = await forward({
    method: 'POST',
    headers: {
      'Transfer-Encoding': 'chunked',
      Connection: 'close, X-Secret, X-Forwarded-For, Cookie',
      'X-Secret': '1',
      Cookie: 'a=1',
      'Keep-Alive': 'timeout=5',
      'Proxy-Connection': 'keep-alive',
      'Proxy-Authorization': 'Basic eDp5',
      TE: 'gzip',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
      Proxy: 'http://evil.test',
      X_Forwarded_For: '6.6.6.6',
      'X-Kept': 'yes',
    },
  })

  const fields = fieldsOf(response.echo().rawHeaders)
  expect(fields).toMatchObject({ 'x-kept': ['yes'], cookie: ['a=1'], 'x-forwarded-for': ['127.0.0.1'] })
  for (const name of [
    'connection',
    'x-secret',
    'keep-alive',
    'proxy-connection',
    'proxy-authorization',
    'te',
    'upgrade',
    'http2-settings',
    'proxy',
    'x_forwarded_for',
  ])
    expect(fields).not.toHaveProperty(name)
})

test('passes other fields on as they came: spelling, order, repetitions, octets beyond ASCII, but no blanks around values', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('GET /a%2Fb//c/?x=%7e HTTP/1.1\r\nX-b: 1\r\nHost: a.test\r\nX-A:   caf\xe9 \r\nx-B: 2\r\n\r\n')
  await client.until(received => received.endsWith('ok'))

  expect(backend.received).toMatch(
    /^GET \/a%2Fb\/\/c\/\?x=%7e HTTP\/1\.1\r\nHost: a\.test\r\nX-b: 1\r\nX-A: caf\xe9\r\nx-B: 2\r\nX-Request-ID: /,
  )
})

test("routes by the authority of an absolute target and tells the backend that one's name", async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('GET http://a.test/x HTTP/1.1\r\nHost: b.test\r\n\r\n')
  await client.until(received => received.endsWith('ok'))

  expect(backend.received).toMatch(/^GET \/x HTTP\/1\.1\r\nHost: a\.test\r\n/)
  expect(backend.received).not.toContain('b.test')
})

test('speaks HTTP/1.1 to the backend for an HTTP/1.0 client', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('GET / HTTP/1.0\r\nHost: a.test\r\n\r\n')
  await client.untilClosed()

  expect(backend.received).toMatch(/^GET \/ HTTP\/1\.1\r\n/)
})

test('passes methods on that it does not know', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)

  client.send('PURGE /x HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await client.until(received => received.endsWith('ok'))

  expect(backend.received).toMatch(/^PURGE \/x HTTP\/1\.1\r\n/)
})

// --- the response ----------------------------------------------------------------------------------------------------

async function responseTo(...lines: string[]): Promise<string> {
  const backend = await startAnsweringBackend(okResponse('ok', ...lines))
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  return client.until(received => received.endsWith('ok'))
}

test("drops a response's fields of one hop and those its Connection names", async () => {
  const received = await responseTo(
    'Connection: keep-alive, X-Secret',
    'X-Secret: 1',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Upgrade: h2c',
    'Trailer: X-T',
    'X-Kept: yes',
  )

  expect(received).toContain('\r\nX-Kept: yes\r\n')
  expect(received).not.toMatch(/^(?:Connection|X-Secret|Keep-Alive|Proxy-Connection|Upgrade|Trailer):/im)
})

test('passes repeated response fields on one by one', async () => {
  const received = await responseTo('Set-Cookie: a=1', 'Set-Cookie: b=2', 'X_Y: kept')
  expect(received).toContain('\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX_Y: kept\r\n')
})

test("keeps a backend's Date and Server", async () => {
  const received = await responseTo('Server: shop/1', 'Date: Sat, 01 Jan 2000 00:00:00 GMT')
  expect(received.match(/^Server: .*$/gm)).toEqual(['Server: shop/1'])
  expect(received.match(/^Date: .*$/gm)).toEqual(['Date: Sat, 01 Jan 2000 00:00:00 GMT'])
})

test('adds Date and Server, without a version, where the backend sent none', async () => {
  const received = await responseTo()
  expect(received.match(/^Server: .*$/gm)).toEqual(['Server: portico'])
  const date = /^Date: (.*)$/m.exec(received)![1]!
  expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(60_000)
})

test("passes status and reason on as the backend's", async () => {
  const backend = await startAnsweringBackend('HTTP/1.0 299 Fine, caf\xe9\r\nContent-Length: 0\r\n\r\n')
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const client = await rawClient(proxy.httpPort)
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')

  expect(await client.until(received => received.endsWith('\r\n\r\n'))).toMatch(
    /^HTTP\/1\.1 299 Fine, caf\xe9\r\n/,
  )
})
