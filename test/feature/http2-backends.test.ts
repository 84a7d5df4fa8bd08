// HTTP/2 to backends (backend-protocol: GRPC and GRPCS, appProtocol), for clients that come in HTTP/1.1: what goes out, what comes
// back, how connections are shared, and what becomes of requests whose stream or connection is lost.
import { constants } from 'node:http2'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeAuthority, openAuthority, signLeaf } from '../../src/certificates/sign.ts'
import { startHttpBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import {
  bodyOf,
  type Http2BackendOptions,
  type OnStream,
  startHttp2Backend,
} from '../support/http2-backend.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const asker =
  (proxy: TestProxy) =>
  (request: Partial<TestRequest> = {}) =>
    fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })

function proxyTo(addresses: string, annotations: Record<string, string> = {}): Promise<TestProxy> {
  const all = nginx({ 'backend-protocol': 'GRPC', ...annotations })
  return startProxy({
    files: { 'web.yaml': serving('a.test', addresses, { annotations: all }) },
    // With reasons in error pages.
    app: { dev: true },
  })
}

async function start(
  onStream: OnStream,
  annotations: Record<string, string> = {},
  options: Http2BackendOptions = {},
) {
  const backend = await startHttp2Backend(onStream, options)
  const proxy = await proxyTo(backend.address, annotations)
  return { backend, proxy, ask: asker(proxy) }
}

const answerAfterBody: OnStream = async stream => {
  const body = await bodyOf(stream)
  stream.respond({ ':status': 200 })
  stream.end(body)
}

describe('a request', () => {
  test('goes out with pseudo-fields, lower-case names, and nothing that concerns a connection', async () => {
    let fields: readonly string[] = []
    const { ask } = await start((stream, _headers, list) => {
      fields = list
      stream.respond({ ':status': 200 }, { endStream: true })
    })
    const headers = { 'X-Own': 'Ünïcode'.normalize('NFC'), TE: 'trailers', Connection: 'close, te' }
    expect((await ask({ path: '/x?y', headers })).status).toBe(200)
    const pairs = Object.fromEntries(
      fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!]] : [])),
    )
    expect(fields.slice(0, 8)).toEqual([
      ...[':method', 'GET', ':scheme', 'http'],
      ...[':authority', 'a.test', ':path', '/x?y'],
    ])
    expect(pairs).toMatchObject({
      'x-own': 'Ünïcode'.normalize('NFC'),
      te: 'trailers',
      'x-forwarded-host': 'a.test',
    })
    for (const name of ['host', 'connection', 'transfer-encoding']) expect(pairs).not.toHaveProperty(name)
  })

  test('takes its body along, of known length and of unknown, with its trailers', async () => {
    const seen: unknown[] = []
    const { proxy, ask } = await start(async (stream, headers) => {
      seen.push(headers['content-length'])
      stream.on('trailers', trailers => seen.push(trailers['x-sum']))
      seen.push(String(await bodyOf(stream)))
      stream.respond({ ':status': 200 }, { endStream: true })
    })
    await ask({ method: 'POST', body: 'hello' })
    const client = await rawClient(proxy.httpPort)
    client.send(
      'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
        '3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n',
    )
    await client.untilClosed()
    expect(seen).toEqual(['5', 'hello', undefined, '3', 'abc'])
  })

  test('to switch protocols is an ordinary one', async () => {
    const { proxy } = await start((stream, headers) => {
      stream.respond({ ':status': 426, 'x-method': headers[':method'] }, { endStream: true })
    })
    const client = await rawClient(proxy.httpPort)
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    expect(await client.until(received => received.endsWith('\r\n\r\n'))).toMatch(
      /^HTTP\/1\.1 426 (?:.+\r\n)+x-method: GET/,
    )
  })

  test('that its client breaks off never looks whole to the backend', async () => {
    const { promise: outcome, resolve } = Promise.withResolvers<string>()
    const { proxy } = await start(stream => {
      let ended = false
      stream.on('data', () => client.destroy())
      stream.on('end', () => {
        ended = !stream.aborted
      })
      stream.on('close', () => resolve(`${ended ? 'whole' : 'broken'} ${stream.rstCode}`))
    })
    const client = connect(proxy.httpPort, '127.0.0.1')
    client.write('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nhalf of it')
    expect(await outcome).toBe(`broken ${constants.NGHTTP2_CANCEL}`)
  })
})

describe('a response', () => {
  test('comes back with its length or in chunks, with trailers and interim responses', async () => {
    const { proxy, ask } = await start((stream, headers) => {
      if (headers[':path'] === '/length') {
        stream.respond({ ':status': 200, 'content-length': 3 })
        stream.end('abc')
        return
      }
      stream.additionalHeaders({ ':status': 103, link: '</a.css>' })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '3' }))
      stream.respond({ ':status': 201 }, { waitForTrailers: true })
      stream.end('abc')
    })
    expect(await ask({ path: '/length' })).toMatchObject({
      status: 200,
      body: 'abc',
      headers: { 'content-length': '3' },
    })
    const client = await rawClient(proxy.httpPort)
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n')
    const received = await client.untilClosed()
    expect(received).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>\r\n\r\nHTTP\/1\.1 201 Created\r\n/,
    )
    expect(received).toMatch(
      /Transfer-Encoding: chunked\r\n(?:.+\r\n)*\r\n3\r\nabc\r\n0\r\nx-sum: 3\r\n\r\n$/,
    )
  })

  test('to HEAD, and one without content, have no body', async () => {
    const { ask } = await start((stream, headers) => {
      const status = headers[':path'] === '/none' ? 204 : 200
      stream.respond(
        { ':status': status, ...(status === 200 && { 'content-length': 10 }) },
        { endStream: true },
      )
    })
    expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': '10' } })
    expect(await ask({ path: '/none' })).toMatchObject({ status: 204 })
  })

  test('and a request of megabytes arrive octet by octet, and wait for whoever is slower', async () => {
    const { proxy, ask } = await start(answerAfterBody)
    const body = Buffer.alloc(900_000)
    for (let at = 0; at < body.length; at += 4) body.writeUInt32BE(at, at)
    const hex = await ask({ method: 'POST', body: body.toString('hex').slice(0, 900_000) })
    expect(hex.body === body.toString('hex').slice(0, 900_000)).toBe(true)

    const long = Buffer.alloc(6_000_000, 'abcdefghij')
    const other = await startHttp2Backend(stream => {
      stream.respond({ ':status': 200, 'content-length': long.length })
      stream.end(long)
    })
    const applied = proxy.nextChange()
    const annotations = nginx({ 'backend-protocol': 'GRPC' })
    await proxy.manifests.write('web.yaml', serving('a.test', other.address, { annotations }))
    await applied
    const socket = connect(proxy.httpPort, '127.0.0.1')
    onTestFinished(() => {
      socket.destroy()
    })
    socket.write('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n')
    const pieces: Buffer[] = []
    for await (const piece of socket) {
      pieces.push(piece as Buffer)
      // Stops reading for a turn at every piece, so that all buffers on the way are full.
      await new Promise(setImmediate)
    }
    const received = Buffer.concat(pieces)
    expect(received.subarray(received.indexOf('\r\n\r\n') + 4).equals(long)).toBe(true)
  })

  test('that comes before the request is whole ends the upload', async () => {
    const { promise: code, resolve } = Promise.withResolvers<number>()
    const { ask } = await start(stream => {
      stream.respond({ ':status': 401 })
      stream.end('no')
      stream.on('close', () => resolve(stream.rstCode))
    })
    const body = Buffer.alloc(900_000)
    expect(await ask({ method: 'POST', body })).toMatchObject({ status: 401, body: 'no' })
    expect([constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]).toContain(await code)
  })
})

describe('connections', () => {
  test('are shared by requests at the same time, as many as the backend allows', async () => {
    const waiting: (() => void)[] = []
    const { backend, ask } = await start(
      stream => {
        waiting.push(() => stream.respond({ ':status': 200 }, { endStream: true }))
      },
      {},
      { settings: { maxConcurrentStreams: 2 } },
    )
    const first = ask()
    await backend.until(() => waiting.length === 1)
    const others = [ask(), ask(), ask()]
    await backend.until(() => waiting.length === 4)
    expect(backend.sessions).toHaveLength(2)
    for (const answer of waiting) answer()
    for (const response of [await first, ...(await Promise.all(others))]) expect(response.status).toBe(200)
  })

  test('that go away lose no request, whatever its method', async () => {
    let count = 0
    const { backend, ask } = await start(async (stream, headers) => {
      if (++count === 2) {
        // Says that it has looked at the first stream only, and closes.
        stream.session!.goaway(constants.NGHTTP2_NO_ERROR, 1)
        return
      }
      const body = await bodyOf(stream)
      stream.respond({ ':status': 200 })
      stream.end(`${headers[':method']} ${body}`)
    })
    expect(await ask()).toMatchObject({ status: 200 })
    expect(await ask({ method: 'POST', body: 'once' })).toMatchObject({ status: 200, body: 'POST once' })
    expect(backend.sessions).toHaveLength(2)
    expect(count).toBe(3)
  })

  test('a stream that is refused is asked for at another endpoint', async () => {
    const one = await startHttp2Backend(stream => stream.close(constants.NGHTTP2_REFUSED_STREAM))
    const two = await startHttp2Backend(answerAfterBody)
    const ask = asker(await proxyTo(`${one.address},${two.address}`))
    for (let i = 0; i < 4; i++)
      expect(await ask({ method: 'POST', body: `body ${i}` })).toMatchObject({
        status: 200,
        body: `body ${i}`,
      })
  })

  test('close when no table names the backend any more', async () => {
    const { backend, proxy, ask } = await start(answerAfterBody)
    await ask()
    expect(backend.openSessions).toBe(1)
    await proxy.manifests.write('web.yaml', serving('a.test', '127.0.0.1:1'))
    await backend.until(() => backend.openSessions === 0)
  })

  test('go over TLS with GRPCS, verified as for HTTPS', async () => {
    const authority = await makeAuthority()
    const pair = await signLeaf(openAuthority(authority), [{ kind: 'dns', name: 'web.default.svc' }])
    const { ask } = await start(
      (stream, headers) => {
        const { encrypted, alpnProtocol } = stream.session!
        stream.respond({ ':status': 200 })
        stream.end(JSON.stringify([encrypted, alpnProtocol, headers[':scheme']]))
      },
      { 'backend-protocol': 'GRPCS' },
      { pair },
    )
    expect(JSON.parse((await ask()).body)).toEqual([true, 'h2', 'https'])
    const other = await start(
      answerAfterBody,
      { 'backend-protocol': 'grpcs', 'proxy-ssl-verify': 'on' },
      { pair },
    )
    expect(await other.ask()).toMatchObject({
      status: 502,
      headers: { 'proxy-status': /tls_certificate_error/ },
    })
  })
})

describe('failures', () => {
  test('a backend that speaks HTTP/1.1 only gives 502 with the reason', async () => {
    const backend = await startHttpBackend((_request, response) => response.end())
    const ask = asker(await proxyTo(backend.address))
    const response = await ask()
    expect(response.status).toBe(502)
    expect(response.body).toContain('does not speak HTTP/2')
  })

  test('one that does not answer in time gives 504, and its stream is cancelled', async () => {
    const codes: number[] = []
    const { backend, ask } = await start(stream => stream.on('close', () => codes.push(stream.rstCode)), {
      'proxy-read-timeout': '1',
    })
    expect(await ask({ method: 'POST', body: 'x' })).toMatchObject({ status: 504 })
    await backend.until(() => codes.length === 1)
    expect(codes).toEqual([constants.NGHTTP2_CANCEL])
  })

  test('one that refuses connections gives 502', async () => {
    const ask = asker(await proxyTo('127.0.0.1:1'))
    for (const response of await Promise.all([ask(), ask()])) expect(response.status).toBe(502)
  })

  test('one with a head too large or with too many fields gives 502', async () => {
    const heads = [
      { 'x-long': 'x'.repeat(9_000) },
      Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-${i}`, 'y'])),
    ]
    const { ask } = await start(
      stream => stream.respond({ ':status': 200, ...heads.shift() }, { endStream: true }),
      {
        'proxy-next-upstream': 'off',
        'proxy-buffer-size': '4k',
      },
    )
    expect((await ask()).status).toBe(502)
    expect((await ask()).status).toBe(502)
  })

  test('a request on a connection that died is sent once more', async () => {
    const { backend, ask } = await start(stream => {
      if (backend.sessions.length === 1 && first-- === 0) stream.session!.socket.destroy()
      else stream.respond({ ':status': 200 }, { endStream: true })
    })
    let first = 1
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(200)
    expect(backend.sessions).toHaveLength(2)
  })
})

describe('appProtocol', () => {
  const withAppProtocol = (address: string, appProtocol: string, annotations = {}) =>
    serving('a.test', address, { annotations }).replace(
      'port: 80 }]',
      `port: 80, appProtocol: ${appProtocol} }]`,
    )

  test('kubernetes.io/h2c asks for HTTP/2, unless the Ingress says otherwise', async () => {
    const backend = await startHttp2Backend(answerAfterBody)
    const text = withAppProtocol(backend.address, 'kubernetes.io/h2c')
    const proxy = await startProxy({ files: { 'web.yaml': text } })
    expect(proxy.codes()).toEqual([])
    expect((await asker(proxy)()).status).toBe(200)
    const applied = proxy.nextChange()
    const annotations = nginx({ 'backend-protocol': 'HTTP' })
    await proxy.manifests.write(
      'web.yaml',
      withAppProtocol(backend.address, 'kubernetes.io/h2c', annotations),
    )
    await applied
    expect((await asker(proxy)()).status).toBe(502)
  })

  test('names of Kubernetes that nobody knows are reported', async () => {
    const proxy = await startProxy({
      files: { 'web.yaml': withAppProtocol('127.0.0.1:1', 'kubernetes.io/h2') },
    })
    expect(proxy.codes()).toEqual(['field-value'])
  })
})
