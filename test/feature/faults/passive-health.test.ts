// Endpoints that fail are passed over and come back by themselves, and nobody has to ask them how they are.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { closedPort, closedPorts, startEchoBackend } from '../../support/backend.ts'
import { fetchFrom } from '../../support/fetch.ts'
import { startFullServer } from '../../support/full-server.ts'
import { readMetrics } from '../../support/metrics.ts'
import { startProxy, type TestProxy } from '../../support/proxy.ts'
import { startRecordingBackend } from '../../support/raw-backend.ts'
import { serving } from '../../support/serving.ts'

function proxyFor(
  endpoints: readonly string[],
  annotations: Record<string, string> = {},
): Promise<TestProxy> {
  return startProxy({
    files: { 'web.yaml': serving('a.test', endpoints.join(','), { annotations }) },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
}

async function metric(proxy: TestProxy, name: string): Promise<number | undefined> {
  return (await readMetrics(proxy.app.admin!)).get(name)
}

const ask = (proxy: TestProxy, method = 'GET') => fetchFrom({ port: proxy.httpPort, host: 'a.test', method })
const passedOver = 'portico_upstream_endpoints_ejected'
const refusals = 'portico_upstream_attempt_failures_total{failure="connect-failed"}'
const ejections = (reason: string) => `portico_upstream_ejections_total{reason="${reason}"}`

test('asks an endpoint that refused no more for a while, and uses it again once it listens', async () => {
  const alive = await startEchoBackend('alive')
  const port = await closedPort()
  const proxy = await proxyFor([`127.0.0.1:${port}`, alive.address])

  for (let i = 0; i < 20; i++) expect((await ask(proxy)).echo().backend).toBe('alive')
  // Ten in turn; the fifth only after pauses of 1, 2, 4 and 8 s.
  expect(await metric(proxy, refusals)).toBeLessThan(5)
  expect(await metric(proxy, ejections('unreachable'))).toBe(1)

  const server = createServer((_request, response) => response.end('"back"')).listen(port, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  while ((await ask(proxy)).body !== '"back"');
  expect(await metric(proxy, passedOver)).toBe(0)
  const next = [(await ask(proxy)).body, (await ask(proxy)).body]
  expect(next.filter(body => body === '"back"')).toHaveLength(1)
})

test('passes over an endpoint that cut five requests in a row', async () => {
  const cutting = await startRecordingBackend(socket => socket.resetAndDestroy())
  const alive = await startEchoBackend('alive')
  const proxy = await proxyFor([cutting.address, alive.address])

  let failed = 0
  while ((await metric(proxy, ejections('unanswered'))) === undefined)
    if ((await ask(proxy, 'POST')).status === 502) failed++
  expect(failed).toBe(5)
})

test('tries all endpoints when all of them fail, and serves at once when one is back', async () => {
  const ports = await closedPorts(2)
  const proxy = await proxyFor(ports.map(port => `127.0.0.1:${port}`))
  for (let i = 0; i < 3; i++) expect((await ask(proxy)).status).toBe(502)
  expect(await metric(proxy, ejections('unreachable'))).toBe(2)
  expect(await metric(proxy, refusals)).toBe(6)

  const server = createTcpServer(socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback'))
  server.listen(ports[1], '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  expect((await ask(proxy)).body).toBe('back')
})

const timeouts = 'portico_upstream_attempt_failures_total{failure="connect-timeout"}'
const connectTimeout = { 'nginx.ingress.kubernetes.io/proxy-connect-timeout': '1' }

test('gives up an endpoint that does not take the connection, and asks the next', async () => {
  const hanging = `127.0.0.1:${await startFullServer()}`
  const alive = await startEchoBackend('alive')
  const proxy = await proxyFor([hanging, alive.address], connectTimeout)
  expect((await ask(proxy, 'POST')).echo().backend).toBe('alive')
  expect(await metric(proxy, timeouts)).toBe(1)
  expect(await metric(proxy, ejections('unreachable'))).toBe(1)
})

test('answers 504 when no endpoint takes the connection', async () => {
  const proxy = await proxyFor([`127.0.0.1:${await startFullServer()}`], connectTimeout)
  const response = await ask(proxy)
  expect(response.status).toBe(504)
  expect(response.headers['proxy-status']).toBe('portico; error=connection_timeout')
})
