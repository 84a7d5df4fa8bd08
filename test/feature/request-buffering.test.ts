// proxy-request-buffering: bodies that are whole before a backend hears of the request, in memory or in a file.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startEchoBackend, startHttpBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const big = Buffer.alloc(400_000, '0123456789')
const buffered = { 'proxy-request-buffering': 'on', 'client-body-buffer-size': '8k' }

async function startBuffering(endpoints: string, settings: Record<string, string> = {}) {
  return startProxy({
    files: {
      'web.yaml': serving('a.test', endpoints, { annotations: nginx({ ...buffered, ...settings }) }),
      'other.yaml': serving('b.test', endpoints, { name: 'other' }),
    },
  })
}

test('asks the backend when the body is whole, and tells it the length', async () => {
  const backend = await startEchoBackend()
  const proxy = await startBuffering(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.send(
    'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n',
  )
  // Another request goes through in the meantime: what the first has sent was read.
  await fetchFrom({ port: proxy.httpPort, host: 'b.test' })
  expect(backend.connections).toHaveLength(1)

  client.send('6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n')
  const response = await client.until(text => text.includes('hello world'))
  expect(response).toMatch(/"content-length":"11"/)
  expect(response).not.toMatch(/"transfer-encoding"|"trailer"/)
})

test('keeps what is too large for memory in a file, and sends all of it', async () => {
  const backend = await startEchoBackend()
  const proxy = await startBuffering(backend.address)
  const ask = () => fetchFrom({ port: proxy.httpPort, host: 'a.test', method: 'POST', body: big })

  for (const response of await Promise.all([ask(), ask()]))
    expect(response.echo().body === big.toString()).toBe(true)
})

test('sends the whole body again to another endpoint, however large', async () => {
  const answers: number[] = []
  const backends = await Promise.all(
    [503, 200].map(status =>
      startHttpBackend((request, response) => {
        let bytes = 0
        request.on('data', chunk => {
          bytes += chunk.length
        })
        request.on('end', () => {
          answers.push(status)
          response.writeHead(status).end(String(bytes))
        })
      }),
    ),
  )
  const proxy = await startBuffering(backends.map(({ address }) => address).join(','), {
    'proxy-next-upstream': 'http_503',
  })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', method: 'PUT', body: big })
  expect([answers, response.status, response.body]).toEqual([[503, 200], 200, String(big.length)])
})

test('answers 413 before a backend hears of a body that grows too large', async () => {
  const backend = await startEchoBackend()
  const proxy = await startBuffering(backend.address, { 'proxy-body-size': '10k' })
  const client = await rawClient(proxy.httpPort)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n')
  client.send(`4000\r\n${'x'.repeat(0x4000)}\r\n`)
  expect(await client.until(text => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 413 /)
  expect(backend.connections).toHaveLength(0)
})

test('an answer that comes before the body is sent goes to the client', async () => {
  const backend = await startHttpBackend((_request, response) => {
    response.writeHead(401).end('no')
  })
  const proxy = await startBuffering(backend.address)
  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', method: 'POST', body: big })
  expect([response.status, response.body]).toEqual([401, 'no'])
})

test('answers 500 when there is no place for a file, and asks no backend', async () => {
  const backend = await startEchoBackend()
  const proxy = await startBuffering(backend.address)
  vi.stubEnv('TMPDIR', '/nowhere/at/all')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const ask = (body: Buffer) => fetchFrom({ port: proxy.httpPort, host: 'a.test', method: 'POST', body })

  expect((await ask(big)).status).toBe(500)
  expect(backend.connections).toHaveLength(0)
  expect((await ask(Buffer.from('small'))).status).toBe(200)
})

test('files have no names, and a client that leaves in the middle reaches no backend', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'portico-bodies-'))
  vi.stubEnv('TMPDIR', directory)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(directory, { recursive: true })
  })
  const backend = await startEchoBackend()
  const proxy = await startBuffering(backend.address)
  const client = await rawClient(proxy.httpPort)
  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(50_000)}`)
  await fetchFrom({ port: proxy.httpPort, host: 'b.test' })
  client.socket.destroy()
  // Long enough for a file again: what the first wrote is done with.
  await fetchFrom({ port: proxy.httpPort, host: 'a.test', method: 'POST', body: big })

  expect(readdirSync(directory).filter(name => name.startsWith('portico-body-'))).toEqual([])
  expect(backend.connections).toHaveLength(1)
})

test('a body of unknown length is read whole for a backend that is asked in HTTP/1.0', async () => {
  const backend = await startEchoBackend()
  const proxy = await startBuffering(backend.address, {
    'proxy-request-buffering': 'off',
    'proxy-http-version': '1.0',
  })
  const response = await fetchFrom({
    port: proxy.httpPort,
    host: 'a.test',
    method: 'POST',
    headers: { 'Transfer-Encoding': 'chunked' },
    body: 'hello',
  })
  expect(response.echo()).toMatchObject({ httpVersion: '1.0', body: 'hello' })
  expect(response.echo().headers['content-length']).toBe('5')
})
