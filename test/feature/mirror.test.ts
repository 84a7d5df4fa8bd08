// Mirroring: copies of requests for another service, which nobody ever waits for (ingress-nginx: mirror-target).
import { describe, expect, test } from 'vitest'
import { closedPort, startEchoBackend, startRawBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { textOf } from '../support/manifest-text.ts'
import { readMetrics } from '../support/metrics.ts'
import { startProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

interface MirroredRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** A mirror that remembers what it got. */
async function startMirror(status = 200) {
  const requests: MirroredRequest[] = []
  let wake = () => {}
  const backend = await startEchoBackend('mirror', ({ method, url, headers }, response, body) => {
    requests.push({ method: method!, url: url!, headers, body })
    wake()
    response.writeHead(status, { 'Set-Cookie': 'mirror=1' })
    response.end('seen by nobody')
  })
  const nextRequest = async () => {
    while (requests.length === 0) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    return requests.shift()!
  }
  return { ...backend, nextRequest, requests }
}

async function mirrored(annotations: Record<string, string>, more: Record<string, string> = {}) {
  const app = await startEchoBackend('app')
  const prefixed = Object.entries(annotations).map(([name, value]) => [nginx + name, value])
  const proxy = await startProxy({
    files: {
      'web.yaml': serving('a.test', app.address, { annotations: Object.fromEntries(prefixed) }),
      ...more,
    },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  return {
    proxy,
    fetch: (request: Partial<TestRequest> = {}) =>
      fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request }),
    /** How often something became of a copy; asked until it is so many. */
    async until(event: string, count: number): Promise<void> {
      const name = `portico_policy_events_total{policy="mirror",event="${event}"}`
      while ((await readMetrics(proxy.app.admin!)).get(name) !== count) await new Promise(setImmediate)
    },
  }
}

describe('a copy', () => {
  test('is the request, body included, with the facts of forwarding', async () => {
    const mirror = await startMirror(500)
    const { fetch } = await mirrored({ 'mirror-target': `http://${mirror.address}$request_uri` })
    const response = await fetch({
      method: 'POST',
      path: '/a%20b?c=d',
      body: 'hello',
      headers: {
        Cookie: 's=1',
        'X-Request-ID': 'mine',
        'X-Forwarded-For': '6.6.6.6',
        Connection: 'x-hop',
        'X-Hop': '1',
      },
    })
    expect(response.status).toBe(200)
    expect(response.echo()).toMatchObject({ method: 'POST', url: '/a%20b?c=d', body: 'hello' })
    expect(response.headers).not.toHaveProperty('set-cookie')
    const { headers, ...copy } = await mirror.nextRequest()
    expect(copy).toEqual({ method: 'POST', url: '/a%20b?c=d', body: 'hello' })
    expect(headers).toMatchObject({
      host: '127.0.0.1',
      cookie: 's=1',
      'x-request-id': 'mine',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'a.test',
      'content-length': '5',
    })
    expect(headers).not.toHaveProperty('x-hop')
  })

  test('has another path, another host and no body where that is written', async () => {
    const mirror = await startMirror()
    const { fetch } = await mirrored({
      'mirror-target': `http://${mirror.address}/copy/$request_method`,
      'mirror-host': 'shadow.test',
      'mirror-request-body': 'off',
    })
    await fetch({ method: 'PUT', body: 'hello' })
    expect(await mirror.nextRequest()).toMatchObject({
      method: 'PUT',
      url: '/copy/PUT',
      headers: { host: 'shadow.test' },
      body: '',
    })
  })

  test('of a chunked body is the whole body', async () => {
    const mirror = await startMirror()
    const { proxy } = await mirrored({ 'mirror-target': `http://${mirror.address}/` })
    const client = await rawClient(proxy.httpPort)
    client.send('POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')
    client.send('2\r\nde\r\n0\r\n\r\n')
    expect((await mirror.nextRequest()).body).toBe('abcde')
  })

  test('is made once, however often the request is tried', async () => {
    const mirror = await startMirror()
    const app = await startEchoBackend('app')
    const endpoints = `127.0.0.1:${await closedPort()},${app.address}`
    const annotations = { [`${nginx}mirror-target`]: `http://${mirror.address}/` }
    const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', endpoints, { annotations }) } })
    for (let i = 0; i < 4; i++) {
      expect((await fetchFrom({ port: proxy.httpPort, host: 'a.test' })).status).toBe(200)
      await mirror.nextRequest()
    }
    expect(mirror.requests).toEqual([])
  })

  test('is made of what is let in only', async () => {
    const mirror = await startMirror()
    const { fetch } = await mirrored({
      'mirror-target': `http://${mirror.address}$request_uri`,
      'auth-url': `http://${
        (
          await startEchoBackend('auth', (request, response) => {
            response.statusCode = request.headers['x-ok'] === undefined ? 401 : 200
            response.end()
          })
        ).address
      }/`,
    })
    expect((await fetch({ path: '/refused' })).status).toBe(401)
    expect((await fetch({ path: '/let-in', headers: { 'X-Ok': '1' } })).status).toBe(200)
    expect((await mirror.nextRequest()).url).toBe('/let-in')
  })

  test('has no password that was checked, and what the auth service said in place of what the client did', async () => {
    const mirror = await startMirror()
    const auth = await startEchoBackend('auth', (_, response) => {
      response.writeHead(200, { 'X-User': 'ann' }).end()
    })
    const users = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'users' },
      stringData: { auth: 'ann:{PLAIN}pw' },
    }
    const { fetch } = await mirrored(
      {
        'mirror-target': `http://${mirror.address}/`,
        'auth-type': 'basic',
        'auth-secret': 'users',
        'auth-url': `http://${auth.address}/`,
        'auth-response-headers': 'X-User, X-Role',
      },
      { 'users.yaml': textOf(users) },
    )
    const authorization = `Basic ${Buffer.from('ann:pw').toString('base64')}`
    const headers = {
      Authorization: authorization,
      'X-User': 'root',
      'X-Role': 'root',
      'ssl-client-verify': 'SUCCESS',
    }
    const { headers: told } = (await fetch({ headers })).echo()
    const copy = await mirror.nextRequest()
    expect(copy.headers).toMatchObject({ 'x-user': 'ann' })
    for (const name of ['authorization', 'x-role', 'ssl-client-verify']) {
      expect(copy.headers).not.toHaveProperty(name)
      expect(told).not.toHaveProperty(name)
    }
  })

  test('that comes back is not copied again, whatever mark the client sends', async () => {
    const { fetch, until } = await mirrored({ 'mirror-target': 'http://a.test$request_uri' })
    await fetch()
    await until('answered', 1)
    await fetch({ headers: { 'X-Portico-Mirrored': 'x' } })
    await until('answered', 2)
    // A third one would have been sent before its copy was answered.
    await fetch()
    await until('answered', 3)
  })
})

describe('a mirror in trouble', () => {
  test('that is dead is never seen by the client, and the operator is told', async () => {
    const { fetch, until, proxy } = await mirrored({
      'mirror-target': `http://127.0.0.1:${await closedPort()}/`,
    })
    for (let i = 0; i < 3; i++) expect((await fetch({ method: 'POST', body: 'x' })).status).toBe(200)
    await until('failed', 3)
    expect(proxy.notices.filter(notice => notice.includes('copies are lost'))).toHaveLength(1)
  })

  test('that never answers holds nobody up; what it does not take is dropped and counted', async () => {
    const mirror = await startHeldBackend()
    const { fetch, until } = await mirrored({ 'mirror-target': `http://${mirror.address}/` })
    for (let i = 0; i < 260; i += 20) {
      const statuses = await Promise.all(
        Array.from({ length: 20 }, () => fetch().then(({ status }) => status)),
      )
      expect(new Set(statuses)).toEqual(new Set([200]))
    }
    await until('dropped-busy', 4)
  })

  test('that does not read leaves long bodies alone: the copies that do not fit are dropped', async () => {
    const mirror = await startRawBackend(socket => socket.pause())
    const { fetch, until } = await mirrored({
      'mirror-target': `http://${mirror.address}/`,
      'proxy-body-size': '0',
    })
    const body = Buffer.alloc(9 * 1024 * 1024, 'x')
    for (let i = 0; i < 2; i++)
      expect((await fetch({ method: 'POST', body })).echo().body).toHaveLength(body.length)
    await until('dropped-long-body', 1)
  })
})

test('a request that breaks off makes no copy', async () => {
  const mirror = await startMirror()
  const { proxy, until } = await mirrored({ 'mirror-target': `http://${mirror.address}/` })
  const client = await rawClient(proxy.httpPort)
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc')
  client.socket.end()
  await until('dropped-incomplete', 1)
  expect(mirror.requests).toEqual([])
})

test('a mirror is a Service of the manifests where it names one', async () => {
  const mirror = await startMirror()
  const service = `apiVersion: v1\nkind: Service\nmetadata: { name: shadow, annotations: { portico/endpoints: "${mirror.address}" } }\nspec: { ports: [{ port: 80 }] }\n`
  const { fetch } = await mirrored(
    { 'mirror-target': 'http://shadow.default.svc$request_uri' },
    { 'shadow.yaml': service },
  )
  await fetch({ path: '/x' })
  expect(await mirror.nextRequest()).toMatchObject({ url: '/x', headers: { host: 'shadow.default.svc' } })
})

test('what can not be read is reported, and requests go on', async () => {
  const { fetch, proxy } = await mirrored({ 'mirror-target': 'mirror.test', 'mirror-request-body': 'yes' })
  expect((await fetch()).status).toBe(200)
  expect(proxy.codes()).toEqual(['annotation-value', 'annotation-value'])
})
