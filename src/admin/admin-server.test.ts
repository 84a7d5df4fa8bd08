import { once } from 'node:events'
import { connect } from 'node:net'
import { request } from 'undici'
import { afterEach, expect, it } from 'vitest'
import { Counters } from '../metrics/counters.ts'
import { createExposition } from '../metrics/exposition.ts'
import { proxyFamilies } from '../metrics/proxy-families.ts'
import type { AccessRules } from './access.ts'
import type { AdminApi } from './admin-api.ts'
import { type AdminOptions, type AdminServer, createAdminServer } from './admin-server.ts'
import { jsonResponse, problemResponse } from './api/question.ts'

let server: AdminServer | undefined
afterEach(() => server?.close())

const counters = new Counters()
const exposition = createExposition(
  proxyFamilies(counters, {
    openClientConnections: () => 3,
    openEndpointConnections: () => ({ idle: 1, busy: 2 }),
    connectionsByEndpoint: () => [],
    endpointsLeftOut: () => 0,
    endpointsDrained: () => 0,
    endpointsPassedOver: () => 1,
  }),
)

/** Answers `/api/echo` with what it was asked. */
const api: AdminApi = {
  answer: ({ method, path, query, body }) =>
    Promise.resolve(
      path === '/api/echo'
        ? jsonResponse({ method, a: query.getAll('a'), body })
        : problemResponse(404, 'there is no such thing'),
    ),
  sendEvents: (_request, response) => void response.end('events'),
  applied() {},
  close() {},
}

interface Started {
  readonly isReady?: () => boolean
  readonly access?: Partial<AccessRules>
}

async function start({ isReady = () => true, access }: Started = {}): Promise<string> {
  server = await createAdminServer(optionsOf(0, isReady, access))
  return `http://127.0.0.1:${server.port}`
}

function optionsOf(port: number, isReady: () => boolean, access: Partial<AccessRules> = {}): AdminOptions {
  const rules = { bind: '127.0.0.1', hosts: [], token: undefined, ...access }
  return { host: '127.0.0.1', port, isReady, exposition, access: rules, api: () => Promise.resolve(api) }
}

/** The status of a request with these fields. */
async function statusOf(url: string, headers: Record<string, string>, body?: string): Promise<number> {
  const answer = await request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    body: body ?? null,
  })
  await answer.body.dump()
  return answer.statusCode
}

const json = { 'content-type': 'application/json' }

it('says that the API can not be loaded, and goes on', async () => {
  let isThere = false
  server = await createAdminServer({
    ...optionsOf(0, () => true),
    api: () => (isThere ? Promise.resolve(api) : Promise.reject(new Error('no such file'))),
  })
  const url = `http://127.0.0.1:${server.port}/api/echo`
  const answer = await request(url)
  expect(answer.statusCode).toBe(503)
  expect(await answer.body.json()).toMatchObject({ detail: expect.stringContaining('no such file') })
  isThere = true
  expect(await statusOf(url, {})).toBe(200)
})

it('answers /healthz with 200 although not ready', async () => {
  const url = await start({ isReady: () => false })
  const response = await fetch(`${url}/healthz`)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('ok\n')
})

it('answers /readyz with 200 only while ready', async () => {
  let ready = false
  const url = await start({ isReady: () => ready })
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  ready = true
  expect((await fetch(`${url}/readyz?verbose`)).status).toBe(200)
})

it('answers 404 for paths there are not', async () => {
  const url = await start()
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
})

it('answers questions under /api/ in JSON, bad ones with what is wrong (RFC 9457)', async () => {
  const url = await start()
  const response = await fetch(`${url}/api/echo?a=1&a=2`)
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(await response.json()).toEqual({ method: 'GET', a: ['1', '2'] })
  const bad = await fetch(`${url}/api/nothing`)
  expect(bad.headers.get('content-type')).toBe('application/problem+json')
  expect(await bad.json()).toMatchObject({
    status: 404,
    title: 'Not Found',
    detail: 'There is no such thing.',
  })
})

it('reads the JSON of what changes something, and nothing else', async () => {
  const url = await start()
  const post = (body: string, headers: Record<string, string> = json) =>
    fetch(`${url}/api/echo`, { method: 'POST', headers, body })
  expect(await (await post('{"b": 1}')).json()).toEqual({ method: 'POST', a: [], body: { b: 1 } })
  expect((await post('{"b": ')).status).toBe(400)
  expect((await post('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
  expect((await post(`"${'a'.repeat(70_000)}"`)).status).toBe(413)
  expect((await fetch(`${url}/api/echo`, { method: 'PUT' })).status).toBe(405)
})

it('answers to nobody under a foreign name, which a web page may have made lead here', async () => {
  const url = await start({ access: { hosts: ['portico.example'] } })
  for (const path of ['/api/echo', '/events', '/'])
    expect(await statusOf(url + path, { host: 'evil.test' })).toBe(403)
  expect(await statusOf(`${url}/api/echo`, { host: '10.0.0.1' })).toBe(403)
  for (const host of [
    'localhost',
    'LOCALHOST:1',
    '[::1]:80',
    '127.0.0.9',
    'portico.example:80',
    'portico.localhost',
  ])
    expect(await statusOf(`${url}/api/echo`, { host })).toBe(200)
  // Probes and Prometheus come by names of their own.
  expect(await statusOf(`${url}/healthz`, { host: 'pod.test' })).toBe(200)
})

it('refuses pages of other sites to read and to order, whichever field of their browser says so', async () => {
  const url = await start()
  const host = new URL(url).host
  const order = (headers: Record<string, string>) =>
    statusOf(`${url}/api/echo`, { ...json, ...headers }, '{}')
  expect(await order({ origin: 'http://evil.test' })).toBe(403)
  expect(await order({ origin: 'null' })).toBe(403)
  // Another port of this machine is the same site, and somebody else.
  expect(await order({ origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(await order({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await statusOf(`${url}/api/echo`, { 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await statusOf(`${url}/events`, { origin: 'http://evil.test' })).toBe(403)
  expect(await order({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(200)
  expect(await order({})).toBe(200)
})

it('with a token answers the API to those who show it, and the rest to everybody', async () => {
  const url = await start({ access: { bind: '0.0.0.0', token: 'a-long-enough-token' } })
  const withToken = (token: string) => statusOf(`${url}/api/echo`, { authorization: token })
  const response = await fetch(`${url}/api/echo`)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="portico"'])
  for (const wrong of ['Bearer a-long-enough-tokem', 'Bearer a', 'Basic a-long-enough-token', 'Bearer '])
    expect(await withToken(wrong)).toBe(401)
  expect(await withToken('Bearer a-long-enough-token')).toBe(200)
  expect(await statusOf(`${url}/events`, {})).toBe(401)
  for (const path of ['/healthz', '/readyz', '/metrics', '/'])
    expect(await statusOf(url + path, {})).not.toBe(401)
  // Bound to every address, each of them leads here.
  expect(await statusOf(`${url}/`, { host: '10.1.2.3' })).not.toBe(403)
})

it('refuses methods that change something', async () => {
  const url = await start()
  const response = await fetch(`${url}/healthz`, { method: 'POST' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
})

it('rejects with the code of the system when the port is taken', async () => {
  await start()
  const again = createAdminServer(optionsOf(server!.port, () => true))
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

it('shows what was counted, and what is open, as Prometheus text', async () => {
  const url = await start()
  counters.countRequest(200, '')
  counters.countRequest(502, 'connect-failed')
  counters.refusedHeads.add(431)

  const response = await fetch(`${url}/metrics`)
  const text = await response.text()

  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  for (const line of [
    'portico_requests_total{status_class="2xx",cause=""} 1',
    'portico_requests_total{status_class="5xx",cause="connect-failed"} 1',
    'portico_requests_refused_total{status="431"} 1',
    'portico_upstream_attempts_total 0',
    'portico_client_connections 3',
    'portico_upstream_connections{state="idle"} 1',
    'portico_upstream_connections{state="busy"} 2',
    'portico_upstream_endpoints_ejected 1',
  ])
    expect(text.split('\n')).toContain(line)
})

it('counts anew at each look, not on top of the last', async () => {
  const url = await start()
  await (await fetch(`${url}/metrics`)).text()
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'portico_requests_refused_total{status="431"} 1\n',
  )
})

it('closes although a client has sent only half a request', async () => {
  await start()
  const client = connect(server!.port, '127.0.0.1')
  await once(client, 'connect')
  client.write('GET /healthz HTTP/1.1\r\nHost: ')
  const answer = await fetch(`http://127.0.0.1:${server!.port}/healthz`)
  expect(answer.status).toBe(200)

  const cut = once(client, 'close')
  await Promise.all([server!.close(), cut.catch(() => {})])

  expect(client.destroyed).toBe(true)
})
