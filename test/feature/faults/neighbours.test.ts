// Everything that goes wrong, one after the other in one process, beside a client to whom nothing may happen; and what is
// left afterwards: nothing.
import { expect, test } from 'vitest'
import { closedPort, startEchoBackend } from '../../support/backend.ts'
import { fetchFrom } from '../../support/fetch.ts'
import { readMetrics } from '../../support/metrics.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../../support/raw-backend.ts'
import { rawClient } from '../../support/raw-client.ts'
import { type ServingProcess, serveInProcess } from '../../support/serve-process.ts'
import { serving } from '../../support/serving.ts'

const part = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nsome'

/** Hosts whose only endpoint fails its own way, and the status their clients get; 0: a response that is cut. */
async function faultyHosts(): Promise<readonly { host: string; endpoint: string; status: number }[]> {
  const answers = async (answer: string, end: 'end' | 'resetAndDestroy' | 'pause') =>
    (await startAnsweringBackend(answer, socket => socket[end]())).address
  const silent = await startRecordingBackend()
  const stray = await startAnsweringBackend(okResponse('ok') + okResponse('EVIL'))
  return [
    { host: 'refuses.test', endpoint: `127.0.0.1:${await closedPort()}`, status: 502 },
    { host: 'resets.test', endpoint: await answers('', 'resetAndDestroy'), status: 502 },
    { host: 'half-head.test', endpoint: await answers('HTTP/1.1 200 O', 'end'), status: 502 },
    { host: 'malformed.test', endpoint: await answers('HTTP/1.1 2000 OK\r\n\r\n', 'pause'), status: 502 },
    { host: 'short-body.test', endpoint: await answers(part, 'end'), status: 0 },
    { host: 'stalls.test', endpoint: await answers(part, 'pause'), status: 0 },
    { host: 'silent.test', endpoint: silent.address, status: 504 },
    { host: 'stray.test', endpoint: stray.address, status: 200 },
  ]
}

/** What clients do wrong to a healthy host; each ends with its connection. */
const clientFaults: readonly (readonly [text: string, end: 'end' | 'resetAndDestroy' | 'wait'])[] = [
  ['POST / HTTP/1.1\r\nHost: own.test\r\nContent-Length: 100\r\n\r\nhalf', 'resetAndDestroy'],
  ['POST / HTTP/1.1\r\nHost: own.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf', 'end'],
  ['POST / HTTP/1.1\r\nHost: own.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'wait'],
  ['GET / HTTP/1.1\r\nHost: own.test\r\n\r\n', 'resetAndDestroy'],
  ['GET / HTTP/1.1\r\nHost: own.test\r\n\r\n', 'end'],
  ['GET / HTTP/1.1\r\nHost: own', 'end'],
  ['\x16\x03\x01\x02\x00', 'wait'],
]

async function misbehave(port: number): Promise<void> {
  for (const [text, end] of clientFaults) {
    const client = await rawClient(port)
    client.send(text)
    if (end !== 'wait') client.socket[end]()
    await client.untilClosed()
  }
}

/** Connections, descriptors and requests in flight, as Portico itself counts them. */
async function figuresOf({ admin }: ServingProcess): Promise<Record<string, number | undefined>> {
  const metrics = await readMetrics(admin)
  const names = ['portico_client_connections', 'portico_upstream_connections{state="busy"}']
  return Object.fromEntries(names.map(name => [name, metrics.get(name)]))
}

test('a neighbour gets its own answers and no others, and nothing is left open', async () => {
  const faulty = await faultyHosts()
  const own = await startEchoBackend('own', (request, response) => response.end(request.url))
  const annotations = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '1' }
  const hosts = [...faulty, { host: 'own.test', endpoint: own.address, status: 200 }]
  const portico = await serveInProcess(
    Object.fromEntries(
      hosts.map(({ host, endpoint }) => [
        `${host}.yaml`,
        serving(host, endpoint, { name: host.replace('.test', ''), annotations }),
      ]),
    ),
  )
  const port = portico.httpPort
  const before = await figuresOf(portico)

  const outcomes = Promise.all([
    ...faulty.flatMap(({ host, status }) =>
      ['GET', 'POST', 'GET'].map(async method => {
        const got = await fetchFrom({ port, host, method, body: method === 'POST' ? 'x' : '' }).catch(
          () => undefined,
        )
        expect([host, got?.status ?? 0]).toEqual([host, status])
        expect(got?.body).not.toBe('EVIL')
      }),
    ),
    misbehave(port),
  ])
  let isOver = false
  const over = outcomes.finally(() => {
    isOver = true
  })
  let count = 0
  while (!isOver) {
    const path = `/${++count}-${Math.random()}`
    const response = await fetchFrom({ port, host: 'own.test', path })
    expect([response.status, response.body]).toEqual([200, path])
  }
  await over
  expect(count).toBeGreaterThan(10)

  // Closing takes both sides a moment: asked until it is over.
  let after = await figuresOf(portico)
  while (JSON.stringify(after) !== JSON.stringify(before)) after = await figuresOf(portico)
  expect(portico.messages.filter(message => message.includes('bug'))).toEqual([])
})
