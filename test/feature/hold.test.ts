// Requests that wait for a backend that does not listen just now (portico/hold).
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { readMetrics } from '../support/metrics.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'

function manifestsFor(endpoints: readonly string[], annotations: Record<string, string>): string {
  const ingress = ingressText({ rules: { 'a.test': ['Prefix / web:80'] } })
  return documents(ingress, serviceText('web', { endpoints, annotations }))
}

function proxyFor(endpoints: readonly string[], annotations: Record<string, string>): Promise<TestProxy> {
  return startProxy({
    files: { 'web.yaml': manifestsFor(endpoints, annotations) },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
}

const ask = (proxy: TestProxy, request: Partial<TestRequest> = {}) =>
  fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })

const events = (event: string) => `portico_policy_events_total{policy="hold",event="${event}"}`

/** Resolves once a count of what happened has reached `count`. */
async function counted(proxy: TestProxy, event: string, count: number): Promise<void> {
  while (((await readMetrics(proxy.app.admin!)).get(events(event)) ?? 0) < count);
}

/** A server that was restarted: it answers with what it was sent. */
async function listenAgain(port: number): Promise<void> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    response.end(`${request.method} ${body.length}`)
  })
  server.listen(port, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
}

test('requests wait until the backend listens again, whatever their method and body', async () => {
  const port = await closedPort()
  const proxy = await proxyFor([`127.0.0.1:${port}`], { 'portico/hold': '30s' })
  const body = Buffer.alloc(300_000, 'x')
  const answers = Promise.all([
    ask(proxy),
    ask(proxy, { method: 'POST', body: 'small' }),
    ask(proxy, { method: 'POST', body }),
    ask(proxy, { method: 'PATCH', body, headers: { 'Transfer-Encoding': 'chunked' } }),
  ])
  await counted(proxy, 'waited', 4)
  await listenAgain(port)
  expect((await answers).map(answer => answer.body)).toEqual([
    'GET 0',
    'POST 5',
    'POST 300000',
    'PATCH 300000',
  ])
})

test('a backend that comes back at another address is found there', async () => {
  const proxy = await proxyFor([`127.0.0.1:${await closedPort()}`], { 'portico/hold': '30s' })
  const answer = ask(proxy)
  await counted(proxy, 'waited', 1)
  const moved = await startEchoBackend('moved')
  const applied = proxy.nextChange()
  await proxy.manifests.write('web.yaml', manifestsFor([moved.address], { 'portico/hold': '30s' }))
  await applied
  expect((await answer).echo().backend).toBe('moved')
})

test('a request that has waited for its time gets 502', async () => {
  const proxy = await proxyFor([`127.0.0.1:${await closedPort()}`], { 'portico/hold': '100ms' })
  expect((await ask(proxy)).status).toBe(502)
  await counted(proxy, 'gave-up', 1)
})

test('only so many wait at once, and a client that leaves makes room', async () => {
  const proxy = await proxyFor([`127.0.0.1:${await closedPort()}`], {
    'portico/hold': '30s',
    'portico/hold-max-requests': '1',
  })
  const waiting = await rawClient(proxy.httpPort)
  waiting.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await counted(proxy, 'waited', 1)
  expect((await ask(proxy)).status).toBe(502)
  await counted(proxy, 'full', 1)
  waiting.socket.destroy()
  const next = await rawClient(proxy.httpPort)
  const aborts = 'portico_client_aborts_total{reason="closed"}'
  while ((await readMetrics(proxy.app.admin!)).get(aborts) !== 1);
  next.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  await counted(proxy, 'waited', 2)
})

test('nobody waits while another endpoint answers, nor without the annotation', async () => {
  const dead = `127.0.0.1:${await closedPort()}`
  const alive = await startEchoBackend('alive')
  const proxy = await proxyFor([dead, alive.address], { 'portico/hold': '30s' })
  for (let i = 0; i < 4; i++) expect((await ask(proxy)).echo().backend).toBe('alive')
  expect((await readMetrics(proxy.app.admin!)).get(events('waited'))).toBeUndefined()
})
