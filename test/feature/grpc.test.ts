// gRPC through the proxy, with the real library on both sides (backend-protocol: GRPC and GRPCS).
import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { type ClientDuplexStream, status as Code, Metadata } from '@grpc/grpc-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeAuthority, openAuthority, signLeaf } from '../../src/certificates/sign.ts'
import { type GrpcHandlers, grpcClient, startGrpcBackend } from '../support/grpc.ts'
import { startHttp2Backend } from '../support/http2-backend.ts'
import { documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { readMetrics } from '../support/metrics.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const echo: GrpcHandlers = {
  unary: (call, done) => {
    const trailers = new Metadata()
    trailers.set('served_by', 'echo')
    trailers.set('served-for', String(call.metadata.get('who')[0] ?? 'nobody'))
    done(null, Buffer.from(`echo ${call.request}`), trailers)
  },
  collect: (call, done) => {
    const pieces: string[] = []
    call.on('data', piece => pieces.push(String(piece)))
    call.on('end', () => done(null, Buffer.from(pieces.join(' '))))
  },
  repeat: call => {
    for (let i = 0; i < 3; i++) call.write(Buffer.from(`${call.request} ${i}`))
    call.end()
  },
  converse: call => {
    call.on('data', piece => call.write(Buffer.from(`re: ${piece}`)))
    call.on('end', () => call.end())
  },
}

/** Says its name. */
const named = (name: string): GrpcHandlers => ({ unary: (_call, done) => done(null, Buffer.from(name)) })

function proxyTo(addresses: string, annotations: Record<string, string> = {}): Promise<TestProxy> {
  const all = nginx({ 'backend-protocol': 'GRPC', ...annotations })
  return startProxy({ files: { 'web.yaml': serving('a.test', addresses, { annotations: all }) } })
}

async function start(handlers: GrpcHandlers = echo, annotations: Record<string, string> = {}) {
  const backend = await startGrpcBackend(handlers)
  const proxy = await proxyTo(backend.address, annotations)
  return { backend, proxy, client: grpcClient(proxy.httpPort, 'a.test') }
}

function nextMessage(call: ClientDuplexStream<Buffer, Buffer>): Promise<string> {
  return new Promise(resolve => call.once('data', piece => resolve(String(piece))))
}

const statusOf = (call: { on(event: 'status', listener: (status: { code: number }) => void): unknown }) =>
  new Promise<number>(resolve => call.on('status', ({ code }) => resolve(code)))

describe('calls', () => {
  test('of every kind are carried, with what comes before and after them', async () => {
    const { client, proxy } = await start()
    expect(proxy.codes()).toEqual([])

    const metadata = new Metadata()
    metadata.set('who', 'me')
    const answer = await client.unary('hello', {}, metadata)
    expect(answer).toMatchObject({ code: Code.OK, message: 'echo hello' })
    expect(answer.trailers.get('served-for')).toEqual(['me'])
    expect(answer.trailers.get('served_by')).toEqual(['echo'])

    const repeated: string[] = []
    for await (const piece of client.repeat('again')) repeated.push(String(piece))
    expect(repeated).toEqual(['again 0', 'again 1', 'again 2'])

    const collected = await new Promise(resolve => {
      const call = client.collect(resolve)
      for (const piece of ['one', 'two', 'three']) call.write(Buffer.from(piece))
      call.end()
    })
    expect(collected).toMatchObject({ code: Code.OK, message: 'one two three' })

    const conversation = client.converse()
    const over = statusOf(conversation)
    for (const words of ['a', 'b']) {
      conversation.write(Buffer.from(words))
      expect(await nextMessage(conversation)).toBe(`re: ${words}`)
    }
    conversation.end()
    expect(await over).toBe(Code.OK)
  })

  test('over TLS on both sides, many at a time', async () => {
    const authority = await makeAuthority()
    const pair = await signLeaf(openAuthority(authority), [{ kind: 'dns', name: 'a.test' }])
    const backend = await startGrpcBackend(echo, pair)
    const secret = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
      metadata: { name: 'a-tls', namespace: 'default' },
      data: { 'tls.crt': btoa(pair.certPem), 'tls.key': btoa(pair.keyPem) },
    })
    const proxy = await startProxy({
      files: {
        'web.yaml': documents(
          ingressText({
            annotations: nginx({ 'backend-protocol': 'GRPCS' }),
            rules: { 'a.test': ['Prefix / web:80'] },
            tls: [{ hosts: ['a.test'], secretName: 'a-tls' }],
          }),
          serviceText('web', { endpoints: [backend.address] }),
        ),
        'secret.yaml': secret,
      },
    })
    const client = grpcClient(proxy.httpsPort, 'a.test', authority.certPem)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => client.unary(`call ${i}`)))
    expect(answers.map(({ message }) => message)).toEqual(answers.map((_, i) => `echo call ${i}`))
  })

  test('keep megabytes in order, and errors of the backend as they are', async () => {
    const long = 'x'.repeat(3_000_000)
    const handlers: GrpcHandlers = {
      unary: (call, done) => done(null, call.request),
      converse: call => void call.emit('error', { code: Code.ABORTED, details: 'not today: 50%' }),
    }
    const { client } = await start(handlers, { 'proxy-body-size': '4m' })
    expect((await client.unary(long)).message === long).toBe(true)
    const conversation = client.converse()
    const error = await new Promise(resolve => conversation.on('error', resolve))
    expect(error).toMatchObject({ code: Code.ABORTED, details: 'not today: 50%' })
    expect(await new Promise(resolve => client.collect(({ code }) => resolve(code)))).toBe(Code.UNIMPLEMENTED)
  })
})

describe('errors of ours', () => {
  const codeOf = async (annotations: Record<string, string>, address = '127.0.0.1:1', host = 'a.test') => {
    const proxy = await proxyTo(address, annotations)
    return (await grpcClient(proxy.httpPort, host).unary('x')).code
  }

  test('have the codes that gRPC has for them', async () => {
    expect(await codeOf({})).toBe(Code.UNAVAILABLE)
    expect(await codeOf({}, '')).toBe(Code.UNAVAILABLE)
    expect(await codeOf({}, '127.0.0.1:1', 'other.test')).toBe(Code.UNIMPLEMENTED)
    expect(await codeOf({ 'whitelist-source-range': '10.0.0.1' })).toBe(Code.PERMISSION_DENIED)
    expect(await codeOf({ 'limit-rps': '1', 'limit-burst-multiplier': '1' })).toBe(Code.UNAVAILABLE)
  })

  test('are not replaced by pages, which nobody would read', async () => {
    const address = '127.0.0.1:1'
    expect(await codeOf({ 'custom-http-errors': '403,502' }, address)).toBe(Code.UNAVAILABLE)
    const guarded = { 'custom-http-errors': '403,502', 'whitelist-source-range': '10.0.0.1' }
    expect(await codeOf(guarded, address)).toBe(Code.PERMISSION_DENIED)
  })

  test('say what is wrong', async () => {
    const { client } = await start(echo, { 'proxy-body-size': '100' })
    const answer = await client.unary('x'.repeat(200))
    expect(answer).toMatchObject({
      code: Code.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('too large'),
    })
  })

  test('a backend that does not answer in time is no leave to try again', async () => {
    const { client } = await start({ unary: () => {} }, { 'proxy-read-timeout': '1' })
    expect((await client.unary('x')).code).toBe(Code.DEADLINE_EXCEEDED)
  })
})

describe('the end of a call', () => {
  test('that its client cancels reaches the backend', async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>()
    const { client } = await start({
      ...echo,
      converse: call => {
        call.on('cancelled', resolve)
        call.write(Buffer.from('welcome'))
      },
    })
    const call = client.converse()
    call.on('error', () => {})
    expect(await nextMessage(call)).toBe('welcome')
    call.cancel()
    await cancelled
  })

  test('comes when its time is over, for both sides', async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>()
    const { client, proxy } = await start({ unary: call => call.on('cancelled', resolve) })
    expect((await client.unary('x', { deadline: Date.now() + 200 })).code).toBe(Code.DEADLINE_EXCEEDED)
    await cancelled
    expect(proxy.notices).toEqual([])
  })

  test('that takes longer than its client waits is answered here, whatever the backend does', async () => {
    // The real library would obey grpc-timeout itself.
    const backend = await startHttp2Backend(stream => stream.on('close', () => codes.push(stream.rstCode)))
    const codes: number[] = []
    const proxy = await proxyTo(backend.address)
    const session = connect(`http://127.0.0.1:${proxy.httpPort}`)
    onTestFinished(() => session.destroy())
    const call = session.request({
      ':method': 'POST',
      ':path': '/test.Echo/Unary',
      ':authority': 'a.test',
      'content-type': 'application/grpc',
      'grpc-timeout': '100m',
      te: 'trailers',
    })
    call.end(Buffer.from([0, 0, 0, 0, 0]))
    const [fields] = await once(call, 'response')
    expect(fields).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '4',
      'grpc-message': expect.stringContaining('grpc-timeout'),
    })
    await backend.until(() => codes.length === 1)
    expect(codes).toEqual([constants.NGHTTP2_CANCEL])
  })

  test('reaches the client when the backend is shut down', async () => {
    const { backend, client } = await start({
      ...echo,
      converse: call => {
        call.write(Buffer.from('welcome'))
      },
    })
    const call = client.converse()
    call.on('error', () => {})
    const over = statusOf(call)
    await nextMessage(call)
    backend.server.forceShutdown()
    expect(await over).not.toBe(Code.OK)
  })
})

describe('routes', () => {
  test('take canaries by metadata', async () => {
    const [main, canary] = [await startGrpcBackend(named('main')), await startGrpcBackend(named('canary'))]
    const protocol = { 'backend-protocol': 'GRPC' }
    const proxy = await startProxy({
      files: {
        'web.yaml': serving('a.test', main.address, { annotations: nginx(protocol) }),
        'canary.yaml': serving('a.test', canary.address, {
          name: 'canary',
          annotations: nginx({ ...protocol, canary: 'true', 'canary-by-header': 'x-canary' }),
        }),
      },
    })
    const client = grpcClient(proxy.httpPort, 'a.test')
    const metadata = new Metadata()
    metadata.set('x-canary', 'always')
    expect((await client.unary('x')).message).toBe('main')
    expect((await client.unary('x', {}, metadata)).message).toBe('canary')
  })

  test('keep clients with their endpoint, and the calls of one connection apart otherwise', async () => {
    const backends = [await startGrpcBackend(named('one')), await startGrpcBackend(named('two'))]
    const addresses = backends.map(({ address }) => address).join(',')
    const served = async (annotations: Record<string, string>) => {
      const client = grpcClient((await proxyTo(addresses, annotations)).httpPort, 'a.test')
      const metadata = new Metadata()
      metadata.set('x-user', 'me')
      const names = new Set<string>()
      for (let i = 0; i < 6; i++) names.add((await client.unary('x', {}, metadata)).message)
      return names.size
    }
    expect(await served({})).toBe(2)
    expect(await served({ 'upstream-hash-by': '$http_x_user' })).toBe(1)
  })

  test('leave out endpoints that say they are not well', async () => {
    const [one, two] = [await startGrpcBackend(named('one')), await startGrpcBackend(named('two'))]
    let isServing = false
    const services: string[] = []
    one.serveHealth(service => {
      services.push(service)
      return isServing
    })
    two.serveHealth(() => true)
    const service = serviceText('web', {
      endpoints: [one.address, two.address],
      annotations: {
        'portico/health-check-grpc': 'shop.v1.Cart',
        'portico/health-check-interval': '100ms',
        'portico/health-check-unhealthy-threshold': '1',
        'portico/health-check-healthy-threshold': '1',
      },
    })
    const ingress = ingressText({
      annotations: nginx({ 'backend-protocol': 'GRPC' }),
      rules: { 'a.test': ['Prefix / web:80'] },
    })
    const proxy = await startProxy({
      files: { 'web.yaml': documents(ingress, service) },
      app: { admin: { host: '127.0.0.1', port: 0 } },
    })
    expect(proxy.codes()).toEqual([])
    const leftOut = async () =>
      (await readMetrics(proxy.app.admin!)).get('portico_upstream_endpoints_left_out') ?? 0
    while ((await leftOut()) === 0);
    const client = grpcClient(proxy.httpPort, 'a.test')
    for (let i = 0; i < 4; i++) expect((await client.unary('x')).message).toBe('two')
    isServing = true
    while ((await leftOut()) === 1);
    expect(services[0]).toBe('shop.v1.Cart')
  })
})
