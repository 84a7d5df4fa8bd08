// Trailer fields in both directions: to whom they go, and which never do (RFC 9110 §6.5, RFC 9112 §7.1.2).
import { describe, expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { startProxy } from '../support/proxy.ts'
import {
  okResponse,
  type RawBackend,
  startAnsweringBackend,
  startRecordingBackend,
} from '../support/raw-backend.ts'
import { type RawClient, rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

async function clientFor(backend: RawBackend, annotations: Record<string, string> = {}): Promise<RawClient> {
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address, { annotations }) },
  })
  return rawClient(proxy.httpPort)
}

function chunkedResponse(trailers: string, ...lines: string[]): string {
  const head = ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', ...lines, '', ''].join('\r\n')
  return `${head}2\r\nhi\r\n0\r\n${trailers}\r\n`
}

/** A backend that answers once the last chunk of a request and what follows it have come. */
function startUploadBackend(): Promise<RawBackend> {
  return startRecordingBackend((socket, received) => {
    if (/\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n$/.test(received)) socket.write(okResponse('done'))
  })
}

const get = (...lines: string[]) => `${['GET / HTTP/1.1', 'Host: a.test', ...lines].join('\r\n')}\r\n\r\n`
const upload = (trailers: string, ...lines: string[]) =>
  `${['POST / HTTP/1.1', 'Host: a.test', 'Transfer-Encoding: chunked', ...lines].join('\r\n')}\r\n\r\n` +
  `2\r\nhi\r\n0\r\n${trailers}\r\n`

const taken = ['TE: trailers', 'te: Trailers', 'TE: gzip;q=0.5, trailers', 'TE: gzip\r\nTE: trailers']
const notTaken = ['X: y', 'TE: gzip', 'TE: trailers;q=1', 'TE: xtrailers', 'Trailer: X-T', 'Connection: TE']

describe('the trailers of a response', () => {
  test.each(taken)('go to a client that sends %s, and so does their announcement', async line => {
    const backend = await startAnsweringBackend(chunkedResponse('X-T: 1\r\nY:  2 \r\n', 'Trailer: X-T'))
    const client = await clientFor(backend)

    client.send(get(line))

    const received = await client.until(text => text.endsWith('\r\n\r\n') && text.includes('hi'))
    expect(received).toMatch(/\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\nY: 2\r\n\r\n$/)
    expect(received).toContain('\r\nTrailer: X-T\r\n')
    expect(backend.received).toContain('\r\nTE: trailers\r\n')
    expect(backend.received).toContain('\r\nConnection: TE\r\n')
    expect(backend.received).not.toContain('gzip')
  })

  test.each(notTaken)('are kept from a client that sends %s', async line => {
    const backend = await startAnsweringBackend(chunkedResponse('X-T: 1\r\n', 'Trailer: X-T'))
    const client = await clientFor(backend)

    client.send(get(line))

    const received = await client.until(text => text.endsWith('0\r\n\r\n'))
    expect(received).not.toMatch(/X-T/)
    expect(backend.received).not.toMatch(/^(?:TE|Trailer|Connection):/im)
  })

  test('are kept from an HTTP/1.0 client whatever it says', async () => {
    const backend = await startAnsweringBackend(chunkedResponse('X-T: 1\r\n', 'Trailer: X-T'))
    const client = await clientFor(backend)

    client.send('GET / HTTP/1.0\r\nHost: a.test\r\nTE: trailers\r\n\r\n')

    expect(await client.untilClosed()).toMatch(/\r\n\r\nhi$/)
    expect(client.received).not.toContain('X-T')
    expect(backend.received).not.toContain('TE:')
  })

  test('are lost with a body of known length, and so is their announcement', async () => {
    const backend = await startAnsweringBackend(okResponse('hi', 'Trailer: X-T'))
    const client = await clientFor(backend)

    client.send(get('TE: trailers'))

    expect(await client.until(text => text.endsWith('hi'))).not.toContain('Trailer')
  })

  test('that say how the message is framed break it off', async () => {
    const backend = await startAnsweringBackend(chunkedResponse('Content-Length: 5\r\nX-T: 1\r\n'))
    const client = await clientFor(backend)

    client.send(get('TE: trailers'))

    const received = await client.untilClosed()
    expect(received).not.toMatch(/X-T|\r\n0\r\n/)
    await backend.until(() => backend.openConnections === 0)
  })

  test('leave the connections on both sides good for the next request', async () => {
    const backend = await startAnsweringBackend(chunkedResponse('X-T: 1\r\n'))
    const client = await clientFor(backend)

    client.send(get('TE: trailers'))
    const first = await client.until(text => text.endsWith('X-T: 1\r\n\r\n'))
    client.send(get())
    const both = await client.until(text => text.length > first.length && text.endsWith('0\r\n\r\n'))

    expect(both.slice(first.length)).not.toContain('X-T')
    expect(backend.connections).toHaveLength(1)
  })
})

describe('the trailers of a request', () => {
  test('go to the backend behind the last chunk, and so does their announcement', async () => {
    const backend = await startUploadBackend()
    const client = await clientFor(backend)

    client.send(upload('X-T: 1\r\nChecksum:\t\xe4\r\n', 'Trailer: X-T'))
    await client.until(text => text.endsWith('done'))

    expect(backend.received).toMatch(/\r\n2\r\nhi\r\n0\r\nX-T: 1\r\nChecksum: \xe4\r\n\r\n$/)
    expect(backend.received).toContain('\r\nTrailer: X-T\r\n')
  })

  test('say nothing that an auth service alone may say', async () => {
    const auth = await startEchoBackend('auth', (_, response) =>
      response.writeHead(200, { 'X-User': 'ann' }).end(),
    )
    const backend = await startUploadBackend()
    const client = await clientFor(backend, {
      'nginx.ingress.kubernetes.io/auth-url': `http://${auth.address}/`,
      'nginx.ingress.kubernetes.io/auth-response-headers': 'X-User, X-Role',
    })

    client.send(upload('X-T: 1\r\nx-user: root\r\nX-Role: root\r\n'))
    await client.until(text => text.endsWith('done'))

    expect(backend.received).toContain('\r\nX-User: ann\r\n')
    expect(backend.received).toMatch(/\r\n0\r\nX-T: 1\r\n\r\n$/)
  })

  test('go through octet by octet', async () => {
    const backend = await startUploadBackend()
    const client = await clientFor(backend)
    client.socket.setNoDelay(true)

    for (const octet of upload('X-T: 1\r\nHost: evil.test\r\nY:\r\n')) {
      client.send(octet)
      await new Promise(setImmediate)
    }
    await client.until(text => text.endsWith('done'))

    expect(backend.received).toMatch(/\r\n0\r\nX-T: 1\r\nY:\r\n\r\n$/)
  })

  test.each([
    ['Transfer-Encoding: chunked\r\n'],
    ['X: y\r\ncontent-length: 5\r\n'],
    ['X y\r\n'],
    ['X: y\nZ: w\r\n'],
    ['X: a\r\n b\r\n'],
  ])('are refused when they read %j: 400, and no whole request for the backend', async trailers => {
    const backend = await startRecordingBackend()
    const client = await clientFor(backend)

    client.send(upload(trailers))

    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /)
    await backend.until(() => backend.openConnections === 0)
    expect(backend.received).not.toContain('\r\n0\r\n')
  })

  test('that speak of the connection end it behind the response', async () => {
    const backend = await startUploadBackend()
    const client = await clientFor(backend)

    client.send(upload('Connection: close\r\n') + get())

    const received = await client.untilClosed()
    expect(received).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nConnection: close\r\n\r\ndone$/)
    expect(backend.received).not.toContain('GET')
  })

  test('are announced by nobody where there are no chunks', async () => {
    const backend = await startAnsweringBackend(okResponse('done'))
    const client = await clientFor(backend)

    client.send(get('Trailer: X-T'))
    await client.until(text => text.endsWith('done'))

    expect(backend.received).not.toContain('Trailer')
  })

  test('are repeated with a request that is tried again', async () => {
    const backend = await startRecordingBackend((socket, received, index) => {
      if (!/\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n$/.test(received)) socket.write(okResponse('warm'))
      else if (index === 0) socket.destroy()
      else socket.write(okResponse('done'))
    })
    const client = await clientFor(backend)
    client.send(get('X-Warm: 1'))
    await client.until(text => text.endsWith('warm'))

    client.send('PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: 1\r\n\r\n')

    await client.until(text => text.endsWith('done'))
    expect(backend.received.match(/\r\n\r\n0\r\nX-T: 1\r\n\r\n/g)).toHaveLength(2)
  })
})

const never = [
  'Host',
  'Connection',
  'Keep-Alive',
  'TE',
  'Trailer',
  'Upgrade',
  'Expect',
  'Authorization',
  'Proxy-Authorization',
  'WWW-Authenticate',
  'Cookie',
  'Set-Cookie',
  'Content-Type',
  'Content-Encoding',
  'Content-Range',
  'Cache-Control',
  'If-Match',
  'Range',
  'Max-Forwards',
  'X-Forwarded-For',
  'X-Forwarded-Whatever',
  'X-Real-IP',
  'X-Request-ID',
  'Forwarded',
  'Via',
  'Location',
  'Access-Control-Allow-Origin',
  'X_Y',
  'x-named',
]

test('names that decide something never go through as trailers, in either direction', async () => {
  const trailers = never.map(name => `${name}: evil\r\n`).join('')
  const backend = await startRecordingBackend((socket, received) => {
    if (received.endsWith('\r\n\r\n') && received.includes('\r\n0\r\n'))
      socket.write(chunkedResponse(`A: 1\r\n${trailers}B: 2\r\n`, 'Connection: X-Named'), 'latin1')
  })
  const client = await clientFor(backend)

  client.send(upload(`A: 1\r\n${trailers}B: 2\r\n`, 'Connection: x-named', 'TE: trailers'))

  const received = await client.untilClosed()
  expect(received).toMatch(/\r\n0\r\nA: 1\r\nB: 2\r\n\r\n$/)
  expect(backend.received).toMatch(/\r\n0\r\nA: 1\r\nB: 2\r\n\r\n$/)
})
