// Connections of clients: PROXY headers before them, how long they may take and last, how large heads may be.
import { connect as connectTls } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { askOver, openConnection } from '../support/ask-over.ts'
import { type Echo, startEchoBackend, startRawBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { configMapText } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

async function serve(data: Record<string, string>, address?: string): Promise<TestProxy> {
  return startProxy({
    files: {
      'web.yaml': serving('foo.com', address ?? (await startEchoBackend()).address),
      'config.yaml': configMapText('config', data),
    },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
}

const on = { 'use-proxy-protocol': 'true' }

/** What the backend is told by a request after these first bytes; `undefined` when the connection is closed instead. */
async function told(port: number, ...first: (string | Buffer)[]): Promise<string[] | undefined> {
  const socket = await openConnection(port)
  for (const bytes of first) socket.write(bytes)
  return askOver(socket, 'foo.com').then(readTold, () => undefined)
}

function readTold(response: string): string[] {
  const { headers } = JSON.parse(response.slice(response.indexOf('\r\n\r\n'))) as Echo
  return ['x-real-ip', 'x-forwarded-port', 'x-forwarded-proto'].map(name => headers[name]!)
}

function binaryHeader(command: number, address: readonly number[], port: number): Buffer {
  const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
  const addresses = [...address, 10, 0, 0, 1, 0x30, 0x39, port >> 8, port & 255]
  return Buffer.concat([signature, Buffer.from([command, 0x11, 0, 12, ...addresses])])
}

describe('use-proxy-protocol', () => {
  test('takes address and port from a header of either version, and 443 for https', async () => {
    const { httpPort, codes } = await serve(on)
    expect(codes()).toEqual([])
    const line = 'PROXY TCP4 203.0.113.7 10.0.0.1 12345 80\r\n'
    expect(await told(httpPort, line)).toEqual(['203.0.113.7', '80', 'http'])
    expect(await told(httpPort, 'PROXY TCP6 2001:db8::7 ::1 1 443\r\n')).toEqual([
      '2001:db8::7',
      '443',
      'https',
    ])
    expect(await told(httpPort, binaryHeader(0x21, [203, 0, 113, 8], 8080))).toEqual([
      '203.0.113.8',
      '8080',
      'http',
    ])
    expect(await told(httpPort, 'PROXY UNKNOWN\r\n')).toEqual(['127.0.0.1', String(httpPort), 'http'])
    expect(await told(httpPort, binaryHeader(0x20, [0, 0, 0, 0], 0))).toEqual([
      '127.0.0.1',
      String(httpPort),
      'http',
    ])
  })

  test('takes a header that comes in pieces, and keeps the connection for several requests', async () => {
    const { httpPort } = await serve(on)
    const socket = await openConnection(httpPort)
    socket.setNoDelay(true)
    for (const piece of ['PRO', 'XY TCP4 203.0.113.7 10.0.', '0.1 12345 80\r', '\n']) {
      socket.write(piece)
      await new Promise(setImmediate)
    }
    expect(readTold(await askOver(socket, 'foo.com'))[0]).toBe('203.0.113.7')
    expect(readTold(await askOver(socket, 'foo.com'))[0]).toBe('203.0.113.7')
  })

  test('closes connections that begin with anything else, on both ports', async () => {
    const { httpPort, httpsPort } = await serve(on)
    for (const port of [httpPort, httpsPort]) {
      for (const first of ['GET / HTTP/1.1\r\nHost: foo.com\r\n\r\n', 'PROXY TCP4 1.2.3.4\r\n']) {
        const client = await rawClient(port)
        client.send(first)
        expect(await client.untilClosed()).toBe('')
      }
    }
    await expect(fetchFrom({ port: httpsPort, host: 'foo.com', tls: { insecure: true } })).rejects.toThrow()
  })

  test('stands before the handshake on the HTTPS port', async () => {
    const { httpsPort } = await serve(on)
    const socket = await openConnection(httpsPort)
    socket.write('PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\n')
    const secure = connectTls({ socket, servername: 'foo.com', rejectUnauthorized: false })
    onTestFinished(() => void secure.destroy())
    await new Promise((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject))
    expect(readTold(await askOver(secure, 'foo.com'))).toEqual(['203.0.113.7', '443', 'https'])
  })

  test('believes the peers of proxy-real-ip-cidr alone, where it is written', async () => {
    const others = await serve({ ...on, 'proxy-real-ip-cidr': '10.0.0.0/8' })
    const line = 'PROXY TCP4 203.0.113.7 10.0.0.1 12345 80\r\n'
    expect(await told(others.httpPort, line)).toEqual(['127.0.0.1', String(others.httpPort), 'http'])
    expect(await told(others.httpPort)).toBeUndefined()
    const unreadable = await serve({ ...on, 'proxy-real-ip-cidr': 'nonsense' })
    expect((await told(unreadable.httpPort, line))?.[0]).toBe('203.0.113.7')
    const ours = await serve({ ...on, 'proxy-real-ip-cidr': '127.0.0.0/8' })
    expect((await told(ours.httpPort, line))?.[0]).toBe('203.0.113.7')
  })

  test('gives the address before forwarded fields do, which still tell the scheme', async () => {
    const { httpPort } = await serve({ ...on, 'use-forwarded-headers': 'true' })
    const client = await rawClient(httpPort)
    client.send('PROXY TCP4 203.0.113.7 10.0.0.1 12345 80\r\n')
    const claims = 'X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n'
    client.send(`GET / HTTP/1.1\r\nHost: foo.com\r\n${claims}\r\n`)
    const response = await client.until(received => received.endsWith('}'))
    expect(readTold(response)).toEqual(['203.0.113.7', '80', 'https'])
  })

  test('can be switched on and off while Portico runs', async () => {
    const proxy = await serve({})
    expect((await told(proxy.httpPort))?.[0]).toBe('127.0.0.1')
    const change = async (data: Record<string, string>) => {
      const next = proxy.nextChange()
      await proxy.manifests.write('config.yaml', configMapText('config', data))
      await next
    }
    await change(on)
    expect(await told(proxy.httpPort)).toBeUndefined()
    await change({ 'use-proxy-protocol': 'false', 'keep-alive': '60' })
    expect((await told(proxy.httpPort))?.[0]).toBe('127.0.0.1')
  })
})

describe('connections of clients', () => {
  test('close after keep-alive-requests, and at once with keep-alive "0"', async () => {
    const limited = await serve({ 'keep-alive-requests': '2' })
    const socket = await openConnection(limited.httpPort)
    expect(await askOver(socket, 'foo.com')).not.toMatch(/connection: close/i)
    expect(await askOver(socket, 'foo.com')).toMatch(/connection: close/i)
    const single = await serve({ 'keep-alive': '0' })
    expect(await askOver(await openConnection(single.httpPort), 'foo.com')).toMatch(/connection: close/i)
  })

  test('are closed when a PROXY header, and told 408 when a head, takes too long', async () => {
    const times = { 'proxy-protocol-header-timeout': '1s', 'client-header-timeout': '1' }
    const { httpPort } = await serve({ ...on, ...times })
    const [silent, slow] = [await rawClient(httpPort), await rawClient(httpPort)]
    silent.send('PROXY ')
    slow.send('PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n')
    expect(await silent.untilClosed()).toBe('')
    expect(await slow.untilClosed()).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('may send heads as large as large-client-header-buffers says', async () => {
    // One that takes heads of any size, which a server of Node does not.
    const { address } = await startRawBackend(socket => {
      socket.on('data', bytes => {
        if (bytes.at(-1) === 10) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
    })
    const { httpPort } = await serve({ 'large-client-header-buffers': '4 12k' }, address)
    const statusFor = async (path: string, field: string) => {
      const request = fetchFrom({ port: httpPort, host: 'foo.com', path, headers: { 'X-Field': field } })
      return (await request).status
    }
    expect(await statusFor('/', 'x'.repeat(40_000))).toBe(200)
    expect(await statusFor(`/${'x'.repeat(12_000)}`, '')).toBe(200)
    expect(await statusFor(`/${'x'.repeat(12_300)}`, '')).toBe(414)
    expect(await statusFor('/', 'x'.repeat(50_000))).toBe(431)
    const cut = await serve({ 'large-client-header-buffers': '8 64k' }, address)
    expect(cut.codes()).toHaveLength(1)
    expect(
      await fetchFrom({ port: cut.httpPort, host: 'foo.com', headers: { 'X-Field': 'x'.repeat(60_000) } }),
    ).toMatchObject({ status: 200 })
  })
})
