// What backends send when nobody asked. An HTTP/1.1 response says not to which request it belongs, so a connection with a
// byte too many must never be used again, wherever that byte is: in our hands, or still in the kernel's.
import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fetchFrom } from '../../support/fetch.ts'
import { manifestDirectory } from '../../support/manifests.ts'
import { startPortico } from '../../support/portico-process.ts'
import { startProxy } from '../../support/proxy.ts'
import { okResponse, startAnsweringBackend } from '../../support/raw-backend.ts'
import { rawClient } from '../../support/raw-client.ts'
import { serving } from '../../support/serving.ts'

/** What one read takes at most. */
const readBytes = 64 * 1024

/** A response of exactly so many bytes, head included. */
function responseOf(bytes: number): string {
  const head = okResponse('').length + String(bytes).length - 1
  return okResponse('x'.repeat(bytes - head))
}

test('never gives a pipelined request the bytes that stayed unread behind a response as long as the read buffer', async () => {
  const evil = okResponse('EVIL')
  // Long responses first: they open the receive window, so that all of the last one arrives together.
  const backend = await startAnsweringBackend(index => {
    if (index < 4) return responseOf(4_000_000)
    return index === 4 ? responseOf(readBytes) + evil : okResponse('mine')
  })
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  for (let i = 0; i < 4; i++) await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
  expect(backend.connections).toHaveLength(1)

  const client = await rawClient(proxy.httpPort)
  client.send('GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n')

  const received = await client.until(text => /(mine|EVIL)$/.test(text))
  expect(received).toMatch(/xmine$|[^x]mine$/)
  expect(received).not.toContain('EVIL')
})

test('reads what came over an idle connection before the request that came after it', async () => {
  const sockets: Socket[] = []
  const backend = await startAnsweringBackend(okResponse('mine'), socket => {
    // Otherwise the stray response leaves the backend only when the next request brings the acknowledgement of the last one.
    sockets.push(socket.setNoDelay())
  })
  const manifests = await manifestDirectory({ 'web.yaml': serving('a.test', backend.address) })
  const flags = ['--http-port', '0', '--https-port', '0', '--admin', 'off']
  const portico = startPortico(['run', manifests.path, ...flags])
  onTestFinished(() => portico.kill('SIGKILL'))
  const port = Number(
    String((await portico.nextEvent('ready')).http)
      .split(':')
      .at(-1),
  )
  const client = await rawClient(port)
  const answers = () => client.received.split('mine').length - 1

  for (let round = 1; round <= 20; round++) {
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await client.until(() => answers() === 2 * round - 1)
    // While Portico stands still both arrive, the stray response first; it wakes up to both at once.
    portico.kill('SIGSTOP')
    await written(sockets.at(-1)!, okResponse('EVIL'))
    await written(client.socket, 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    portico.kill('SIGCONT')
    await client.until(received => answers() === 2 * round || received.includes('EVIL'))
    expect(client.received).not.toContain('EVIL')
  }
})

function written(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => socket.write(text, error => (error ? reject(error) : resolve())))
}

test('serves every GET of a backend that closes right behind each answer, without saying so', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'), socket => socket.end())
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  onTestFinished(() => agent.destroy())
  const ask = () => fetchFrom({ port: proxy.httpPort, host: 'a.test', agent })
  for (let round = 0; round < 50; round++) {
    const responses = await Promise.all(Array.from({ length: 8 }, ask))
    expect(responses.map(({ status, body }) => `${status} ${body}`)).toEqual(Array(8).fill('200 ok'))
  }
})
