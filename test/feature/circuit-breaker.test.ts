// Backends that get no more requests for now: circuit breaker and retry budget (portico/circuit-breaker-*,
// portico/retry-budget).
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { closedPort, startEchoBackend, startHttpBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { startRecordingBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

function proxyFor(endpoints: readonly string[], annotations: Record<string, string>): Promise<TestProxy> {
  return startProxy({ files: { 'web.yaml': serving('a.test', endpoints.join(','), { annotations }) } })
}

const ask = (proxy: TestProxy) => fetchFrom({ port: proxy.httpPort, host: 'a.test' })

test('requests beyond those allowed at once get 503, until one has ended', async () => {
  const held = await startHeldBackend()
  const proxy = await proxyFor([held.address], { 'portico/circuit-breaker-max-requests': '2' })
  const first = [ask(proxy), ask(proxy)]
  const responses = [await held.nextRequest(), await held.nextRequest()]
  const refused = await ask(proxy)
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1'])
  expect(refused.headers['proxy-status']).toBe('portico; error=connection_limit_reached')
  for (const response of responses) response.end('done')
  await Promise.all(first)
  const third = ask(proxy)
  ;(await held.nextRequest()).end('third')
  expect((await third).body).toBe('third')
})

test('a client that leaves makes room for another', async () => {
  const held = await startHeldBackend()
  const proxy = await proxyFor([held.address], { 'portico/circuit-breaker-max-requests': '1' })
  const leaving = await rawClient(proxy.httpPort)
  leaving.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  const left = once(await held.nextRequest(), 'close')
  leaving.socket.destroy()
  await left
  const next = ask(proxy)
  ;(await held.nextRequest()).end('next')
  expect((await next).body).toBe('next')
})

test('the circuit opens after failures in a row, and closes when a request succeeds', async () => {
  let status = 500
  let asked = 0
  const backend = await startHttpBackend((_request, response) => {
    asked++
    response.writeHead(status).end()
  })
  const proxy = await proxyFor([backend.address], {
    'portico/circuit-breaker-failures': '3',
    'portico/circuit-breaker-open-time': '500ms',
  })
  const statuses = async (times: number) => {
    const all: number[] = []
    for (let i = 0; i < times; i++) all.push((await ask(proxy)).status)
    return all
  }
  expect(await statuses(5)).toEqual([500, 500, 500, 503, 503])
  expect(asked).toBe(3)
  const refused = await ask(proxy)
  expect(refused.headers['retry-after']).toBe('1')
  expect(refused.headers['proxy-status']).toBe('portico; error=destination_unavailable')
  status = 200
  while ((await ask(proxy)).status !== 200);
  expect(await statuses(3)).toEqual([200, 200, 200])
  expect(asked).toBe(7)
})

test('refused connections open the circuit, too', async () => {
  const dead = `127.0.0.1:${await closedPort()}`
  const proxy = await proxyFor([dead], { 'portico/circuit-breaker-failures': '2' })
  expect([(await ask(proxy)).status, (await ask(proxy)).status, (await ask(proxy)).status]).toEqual([
    502, 502, 503,
  ])
})

test('without retries left in its budget a request gets what its first attempt ended with', async () => {
  const cutting = await startRecordingBackend(socket => socket.resetAndDestroy())
  const alive = await startEchoBackend('alive')
  const proxy = await proxyFor([cutting.address, alive.address], {
    'portico/retry-budget': '0',
    'portico/retry-budget-min': '0',
  })
  const statuses = new Set<number>()
  for (let i = 0; i < 4; i++) statuses.add((await ask(proxy)).status)
  expect(statuses).toEqual(new Set([200, 502]))
  const allowed = await proxyFor([cutting.address, alive.address], { 'portico/retry-budget': '100%' })
  for (let i = 0; i < 4; i++) expect((await ask(allowed)).status).toBe(200)
})
