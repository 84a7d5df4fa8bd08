import { once } from 'node:events'
import { connect } from 'node:net'
import { request } from 'undici'
import { afterEach, expect, it } from 'vitest'
import { Counters } from '../metrics/counters.ts'
import { createExposition } from '../metrics/exposition.ts'
import { proxyFamilies } from '../metrics/proxy-families.ts'
import { type AdminServer, createAdminServer } from './admin-server.ts'
import type { Api, ApiAnswer } from './api.ts'

let server: AdminServer | undefined
afterEach(() => server?.close())

const counters = new Counters()
const exposition = createExposition(
  proxyFamilies(counters, {
    openClientConnections: () => 3,
    openEndpointConnections: () => ({ idle: 1, busy: 2 }),
    connectionsByEndpoint: () => [],
    endpointsLeftOut: () => 0,
    endpointsPassedOver: () => 1,
  }),
)

const api: Api = new Map<string, (query: URLSearchParams) => Promise<ApiAnswer>>([
  [
    'echo',
    (query: URLSearchParams) =>
      Promise.resolve(query.has('bad') ? { problem: 'bad' } : { value: query.getAll('a') }),
  ],
  ['broken', () => Promise.reject(new Error('oh'))],
])

async function start(isReady = () => true): Promise<string> {
  server = await createAdminServer({ host: '127.0.0.1', port: 0, isReady, exposition, api })
  return `http://127.0.0.1:${server.port}`
}

it('answers /healthz with 200 although not ready', async () => {
  const url = await start(() => false)
  const response = await fetch(`${url}/healthz`)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('ok\n')
})

it('answers /readyz with 200 only while ready', async () => {
  let ready = false
  const url = await start(() => ready)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  ready = true
  expect((await fetch(`${url}/readyz?verbose`)).status).toBe(200)
})

it('answers 404 for paths there are not', async () => {
  const url = await start()
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
  expect((await fetch(`${url}/api/nothing`)).status).toBe(404)
})

it('answers questions under /api/ in JSON, bad ones with what is wrong', async () => {
  const url = await start()
  const response = await fetch(`${url}/api/echo?a=1&a=2`)
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(await response.json()).toEqual(['1', '2'])
  const bad = await fetch(`${url}/api/echo?bad`)
  expect([bad.status, await bad.json()]).toEqual([400, { problem: 'bad' }])
  expect((await fetch(`${url}/api/broken`)).status).toBe(500)
})

it('answers no API question under a foreign name, which a web page may have made lead here', async () => {
  const url = await start()
  const { statusCode } = await request(`${url}/api/echo?a=1`, { headers: { host: 'evil.test' } })
  expect(statusCode).toBe(403)
})

it('refuses methods that change something', async () => {
  const url = await start()
  const response = await fetch(`${url}/healthz`, { method: 'POST' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
})

it('rejects with the code of the system when the port is taken', async () => {
  await start()
  const again = createAdminServer({
    host: '127.0.0.1',
    port: server!.port,
    isReady: () => true,
    exposition,
    api,
  })
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
