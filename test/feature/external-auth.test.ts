// External auth: a service is asked about every request (ingress-nginx's auth-url and its family), and what follows from its
// answers. Statuses and headers are ingress-nginx's.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { closedPort, type Echo, startEchoBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

/** One request to the auth service. */
interface Question {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An auth service that remembers what it was asked; by default it lets everybody in. */
async function startAuth(
  answer: (question: Question, response: ServerResponse) => void = (_question, response) => response.end(),
) {
  const questions: Question[] = []
  const backend = await startEchoBackend('auth', (request, response, body) => {
    const question = { method: request.method!, url: request.url!, headers: request.headers, body }
    questions.push(question)
    answer(question, response)
  })
  return { ...backend, questions, url: `http://${backend.address}` }
}

function answering(status: number, fields: Record<string, string | string[]> = {}) {
  return (_question: Question, response: ServerResponse) => {
    response.writeHead(status, fields)
    response.end('seen by nobody')
  }
}

/** A proxy whose Ingress for `a.test` has these annotations, prefix left out. */
async function guarded(annotations: Record<string, string>, more: Record<string, string> = {}) {
  const app = await startEchoBackend('app')
  const prefixed = Object.entries(annotations).map(([name, value]) => [
    name.includes('/') ? name : nginx + name,
    value,
  ])
  const web = serving('a.test', app.address, { annotations: Object.fromEntries(prefixed) })
  const proxy = await startProxy({ files: { 'web.yaml': web, ...more } })
  return { proxy, app, fetch: (request: Partial<TestRequest> = {}) => ask(proxy, request) }
}

function ask(proxy: TestProxy, request: Partial<TestRequest> = {}) {
  return fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })
}

describe('an auth service', () => {
  test('is asked with the facts of the request and without its body', async () => {
    const auth = await startAuth()
    const { fetch } = await guarded({ 'auth-url': `${auth.url}/check?x=1` })

    const response = await fetch({
      method: 'POST',
      path: '/a%20b?c=d',
      body: 'hello',
      headers: {
        Authorization: 'Bearer t',
        Cookie: 's=1',
        Connection: 'x-hop',
        'X-Hop': '1',
        'X-Forwarded-Host': 'evil.test',
        'X-Forwarded-Proto': 'https',
        'X-Original-URL': 'http://evil.test/',
        'X-Original-URI': '/evil',
        'X-Sent-From': 'evil',
        'If-None-Match': '"x"',
        'X-Request-ID': 'mine',
      },
    })

    expect(response.status).toBe(200)
    expect(response.echo()).toMatchObject({ method: 'POST', url: '/a%20b?c=d', body: 'hello' })
    expect(auth.questions).toHaveLength(1)
    const { headers, ...question } = auth.questions[0]!
    expect(question).toEqual({ method: 'GET', url: '/check?x=1', body: '' })
    expect(headers).toMatchObject({
      host: '127.0.0.1',
      authorization: 'Bearer t',
      cookie: 's=1',
      'x-request-id': 'mine',
      'x-original-url': 'http://a.test/a%20b?c=d',
      'x-original-method': 'POST',
      'x-sent-from': 'nginx-ingress-controller',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-auth-request-redirect': '/a%20b?c=d',
    })
    for (const name of [
      'x-hop',
      'content-length',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-original-uri',
      'x-scheme',
      'if-none-match',
    ])
      expect(headers).not.toHaveProperty(name)
    expect(response.echo().headers).not.toHaveProperty('x-portico-subrequest')
  })

  test('is asked with another method, URL variables, a redirect and fields of a ConfigMap', async () => {
    const auth = await startAuth()
    const { fetch } = await guarded(
      {
        'auth-url': `${auth.url}/$request_method/$host?uri=$escaped_request_uri`,
        'auth-method': 'POST',
        'auth-request-redirect': 'http://portal.test/back',
        'auth-proxy-set-headers': 'auth-fields',
      },
      {
        'fields.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: auth-fields }\ndata: { X-Team: blue, X-Path: "$request_uri" }\n',
      },
    )
    expect((await fetch({ path: '/x?y=1' })).status).toBe(200)
    expect(auth.questions[0]).toMatchObject({
      method: 'POST',
      url: '/GET/a.test?uri=%2Fx%3Fy%3D1',
      headers: {
        'x-original-uri': '/x?y=1',
        'x-scheme': 'http',
        'x-auth-request-redirect': 'http://portal.test/back',
        'x-team': 'blue',
        'x-path': '/x?y=1',
        'content-length': '0',
      },
    })
  })

  test('decides by the status of its answer', async () => {
    const auth = await startAuth((question, response) => {
      response.writeHead(Number(question.headers['x-want']), { 'WWW-Authenticate': 'Bearer realm="x"' })
      response.end()
    })
    const { fetch } = await guarded({ 'auth-url': auth.url })
    const statuses: Record<string, number> = {}
    for (const want of [200, 204, 299, 301, 304, 400, 401, 403, 404, 500, 503])
      statuses[want] = (await fetch({ headers: { 'X-Want': String(want) } })).status
    expect(statuses).toEqual({
      200: 200,
      204: 200,
      299: 200,
      301: 500,
      304: 500,
      400: 500,
      401: 401,
      403: 403,
      404: 500,
      500: 500,
      503: 500,
    })
    const unauthorized = await fetch({ headers: { 'X-Want': '401' } })
    expect(unauthorized.headers['www-authenticate']).toBe('Bearer realm="x"')
    expect(unauthorized.body).not.toContain('seen by nobody')
  })

  test('that can not be reached answers 500, and the operator is told why', async () => {
    const { fetch, proxy } = await guarded({ 'auth-url': `http://127.0.0.1:${await closedPort()}/` })
    expect((await fetch()).status).toBe(500)
    expect((await fetch()).status).toBe(500)
    expect(
      proxy.notices.filter(notice => /auth service .* can not be asked: .*ECONNREFUSED/.test(notice)),
    ).toHaveLength(1)
  })

  test('that breaks off, or sends no HTTP, answers 500', async () => {
    const auth = await startAuth((question, response) => {
      if (question.headers['x-want'] === 'garbage') response.socket!.end('garbage\r\n\r\n')
      else response.socket!.destroy()
    })
    const { fetch } = await guarded({ 'auth-url': auth.url, 'auth-method': 'POST' })
    expect((await fetch({ headers: { 'X-Want': 'garbage' } })).status).toBe(500)
    expect((await fetch()).status).toBe(500)
    expect(auth.questions).toHaveLength(2)
  })

  test('is asked again where it closed a kept connection', async () => {
    let isFirst = true
    const auth = await startAuth((_question, response) => {
      if (isFirst) response.socket!.destroy()
      else response.end()
      isFirst = false
    })
    const { fetch } = await guarded({ 'auth-url': auth.url })
    expect((await fetch()).status).toBe(200)
    expect(auth.questions).toHaveLength(2)
  })

  test('is given up when the client leaves', async () => {
    const held = await startHeldBackend()
    const { proxy } = await guarded({ 'auth-url': `http://${held.address}/` })
    const client = await rawClient(proxy.httpPort)
    client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    const question = await held.nextRequest()
    const closed = new Promise(resolve => question.once('close', resolve))
    client.socket.destroy()
    await closed
    expect(question.writableFinished).toBe(false)
  })

  test('may answer under another table: the request goes where it was decided', async () => {
    const held = await startHeldBackend()
    const guard = { [`${nginx}auth-url`]: `http://${held.address}/` }
    const { proxy, app, fetch } = await guarded({ 'auth-url': `http://${held.address}/` })
    const response = fetch()
    const question = await held.nextRequest()
    const change = proxy.nextChange()
    const annotations = { ...guard, [`${nginx}load-balance`]: 'ewma' }
    await proxy.manifests.replace('web.yaml', serving('a.test', app.address, { annotations }))
    await change
    question.end()
    expect((await response).status).toBe(200)
  })
})

describe('connections to the auth service', () => {
  test('are kept, and closed after each answer with auth-keepalive: "0"', async () => {
    const auth = await startAuth()
    const kept = await guarded({ 'auth-url': `${auth.url}/kept` })
    for (let i = 0; i < 3; i++) await kept.fetch()
    expect(auth.connections).toHaveLength(1)
    const closed = await guarded({ 'auth-url': `${auth.url}/closed`, 'auth-keepalive': '0' })
    for (let i = 0; i < 3; i++) await closed.fetch()
    expect(auth.connections).toHaveLength(4)
  })
})

describe('what the auth service says', () => {
  test('of the user reaches the backend instead of what the client says', async () => {
    const auth = await startAuth(
      answering(200, { 'X-User': 'ann', 'X-Groups': ['a', 'b'], 'X-Secret': 'no' }),
    )
    const { fetch } = await guarded({
      'auth-url': auth.url,
      'auth-response-headers': 'X-User, X-Groups,X-Email',
    })
    const { headers } = (await fetch({ headers: { 'X-User': 'root', 'X-Email': 'root@evil.test' } })).echo()
    expect(headers).toMatchObject({ 'x-user': 'ann', 'x-groups': 'a, b' })
    expect(headers).not.toHaveProperty('x-email')
    expect(headers).not.toHaveProperty('x-secret')
  })

  test('in cookies reaches the client with the usual statuses, or always', async () => {
    const cookies = ['a=1; Path=/', 'b=2']
    const auth = await startAuth((question, response) => {
      response.writeHead(Number(question.headers['x-auth-status'] ?? 200), { 'Set-Cookie': cookies })
      response.end()
    })
    const app = await startEchoBackend('app', (request, response) => {
      response.writeHead(Number(request.headers['x-app-status'] ?? 200), { 'Set-Cookie': 'app=1' })
      response.end()
    })
    const annotations = { [`${nginx}auth-url`]: auth.url }
    const always = { ...annotations, [`${nginx}auth-always-set-cookie`]: 'true' }
    const proxy = await startProxy({
      files: {
        'usual.yaml': serving('usual.test', app.address, { name: 'usual', annotations }),
        'always.yaml': serving('always.test', app.address, { name: 'always', annotations: always }),
      },
    })
    const cookiesOf = async (host: string, headers: Record<string, string>) =>
      (await ask(proxy, { host, headers })).headers['set-cookie'] ?? []
    expect(await cookiesOf('usual.test', {})).toEqual(['app=1', ...cookies])
    expect(await cookiesOf('usual.test', { 'X-App-Status': '302' })).toEqual(['app=1', ...cookies])
    expect(await cookiesOf('usual.test', { 'X-App-Status': '404' })).toEqual(['app=1'])
    expect(await cookiesOf('usual.test', { 'X-Auth-Status': '401' })).toEqual([])
    expect(await cookiesOf('always.test', { 'X-App-Status': '404' })).toEqual(['app=1', ...cookies])
    expect(await cookiesOf('always.test', { 'X-Auth-Status': '401' })).toEqual(cookies)
    expect(await cookiesOf('always.test', { 'X-Auth-Status': '403' })).toEqual(cookies)
  })
})

describe('a sign-in URL', () => {
  test('takes the place of 401 and says where to come back to', async () => {
    const auth = await startAuth(answering(401, { 'Set-Cookie': 'csrf=1' }))
    const { fetch } = await guarded({ 'auth-url': auth.url, 'auth-signin': 'https://portal.test/start' })
    const response = await fetch({ path: '/?a=b&c=d', host: 'a.test:8080' })
    expect(response.status).toBe(302)
    expect(response.headers.location).toBe(
      'https://portal.test/start?rd=http://a.test:8080%2F%3Fa%3Db%26c%3Dd',
    )
    expect(response.headers['set-cookie']).toEqual(['csrf=1'])
  })

  test('has variables and a parameter of another name', async () => {
    const auth = await startAuth(answering(401))
    const { fetch } = await guarded({
      'auth-url': auth.url,
      'auth-signin': 'https://$host/start?x=1',
      'auth-signin-redirect-param': 'next',
    })
    expect((await fetch({ path: '/b' })).headers.location).toBe(
      'https://a.test/start?x=1&next=http://a.test%2Fb',
    )
  })

  test('leaves 403 as it is', async () => {
    const auth = await startAuth(answering(403))
    const { fetch } = await guarded({ 'auth-url': auth.url, 'auth-signin': 'https://portal.test/start' })
    expect((await fetch()).status).toBe(403)
  })
})

test('credentials that come twice are refused: the service and the backend might read different ones', async () => {
  const auth = await startAuth()
  const { proxy } = await guarded({ 'auth-url': auth.url })
  const client = await rawClient(proxy.httpPort)
  const lines = [
    'GET / HTTP/1.1',
    'Host: a.test',
    'Authorization: Bearer a',
    'authorization: Bearer b',
    'Connection: close',
  ]
  client.send(`${lines.join('\r\n')}\r\n\r\n`)
  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /)
  expect(auth.questions).toEqual([])
})

describe('kept answers', () => {
  test('spare the service further questions, by key and rule', async () => {
    const auth = await startAuth((question, response) => {
      response.writeHead(question.headers.cookie === 'user=eve' ? 401 : 200, {
        'X-User': String(question.headers.cookie),
      })
      response.end()
    })
    const { fetch } = await guarded({
      'auth-url': auth.url,
      'auth-cache-key': '$cookie_user',
      'auth-response-headers': 'X-User',
    })
    const statuses: number[] = []
    for (const user of ['ann', 'eve', 'ann', 'eve', 'bob'])
      statuses.push((await fetch({ headers: { Cookie: `user=${user}` }, path: `/${user}` })).status)
    expect(statuses).toEqual([200, 401, 200, 401, 200])
    expect(auth.questions.map(({ headers }) => headers.cookie)).toEqual(['user=ann', 'user=eve', 'user=bob'])
    expect((await fetch({ headers: { Cookie: 'user=ann' } })).echo().headers['x-user']).toBe('user=ann')
  })

  test('are not shared by the hosts of a wildcard', async () => {
    const auth = await startAuth((question, response) => {
      response.writeHead(
        String(question.headers['x-original-url']).startsWith('http://one.b.test') ? 200 : 403,
      )
      response.end()
    })
    const app = await startEchoBackend('app')
    const annotations = { [`${nginx}auth-url`]: auth.url, [`${nginx}auth-cache-key`]: '$cookie_user' }
    const proxy = await startProxy({
      files: { 'web.yaml': serving('*.b.test', app.address, { annotations }) },
    })
    const statuses: number[] = []
    for (const host of ['one.b.test', 'one.b.test', 'two.b.test'])
      statuses.push((await ask(proxy, { host, headers: { Cookie: 'user=ann' } })).status)
    expect(statuses).toEqual([200, 200, 403])
    expect(auth.questions).toHaveLength(2)
  })

  test('are those with a status that has a duration', async () => {
    const auth = await startAuth((question, response) => {
      response.writeHead(Number(question.headers['x-want']))
      response.end()
    })
    const { fetch } = await guarded({
      'auth-url': auth.url,
      'auth-cache-key': '$http_x_want',
      'auth-cache-duration': '403 1m, 200 0s',
    })
    for (const want of ['200', '200', '403', '403']) await fetch({ headers: { 'X-Want': want } })
    expect(auth.questions.map(({ headers }) => headers['x-want'])).toEqual(['200', '200', '403'])
  })
})

describe('what can not be obeyed', () => {
  test.each([
    ['auth-url', 'auth.test/check'],
    ['auth-url', 'http://auth..test/'],
    ['auth-url', 'http://$nothing/'],
    ['auth-method', 'CONNECT'],
    ['auth-method', 'get'],
    ['auth-response-headers', 'X-User, X Y'],
    ['auth-response-headers', 'Content-Length'],
    ['auth-proxy-set-headers', 'nowhere'],
    ['auth-proxy-set-headers', 'other/fields'],
    ['auth-request-redirect', '$request_uri'],
    ['auth-cache-duration', '200 5x'],
    ['auth-always-set-cookie', 'yes'],
  ])('closes the route: %s %j', async (name, value) => {
    const auth = await startAuth()
    const { fetch, proxy } = await guarded({ 'auth-url': auth.url, [name]: value })
    expect((await fetch()).status).toBe(503)
    expect(proxy.codes()).toContain('annotation-value')
    expect(auth.questions).toHaveLength(0)
  })

  test('falls back where that lets nobody in: auth-signin, auth-cache-key', async () => {
    const auth = await startAuth(answering(401))
    const { fetch, proxy } = await guarded({
      'auth-url': auth.url,
      'auth-signin': 'https://portal.test/a b',
      'auth-cache-key': '$remote_addr"',
    })
    expect((await fetch()).status).toBe(401)
    expect((await fetch()).status).toBe(401)
    expect(auth.questions).toHaveLength(2)
    expect(proxy.codes()).toEqual(['annotation-value', 'annotation-value'])
  })

  test('is reported where there is no auth-url', async () => {
    const { fetch, proxy } = await guarded({ 'auth-signin': 'https://portal.test/' })
    expect((await fetch()).status).toBe(200)
    expect(proxy.codes()).toEqual(['annotation-value'])
  })
})

describe('an auth service of the manifests', () => {
  const authService = (address: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: auth, namespace: login, annotations: { portico/endpoints: "${address}" } }\nspec: { ports: [{ port: 4180 }] }\n`

  test('is asked at the endpoints of its Service, and follows them', async () => {
    const first = await startAuth(answering(403))
    const second = await startAuth()
    const { fetch, proxy } = await guarded(
      { 'auth-url': 'http://auth.login.svc.cluster.local:4180/check' },
      { 'auth.yaml': authService(first.address) },
    )
    expect((await fetch()).status).toBe(403)
    expect(first.questions[0]!.headers.host).toBe('auth.login.svc.cluster.local')
    const change = proxy.nextChange()
    await proxy.manifests.write('auth.yaml', authService(second.address))
    await change
    expect((await fetch()).status).toBe(200)
  })

  test('is passed over at an address that refuses', async () => {
    const auth = await startAuth()
    const { fetch } = await guarded(
      { 'auth-url': 'http://auth.login.svc:4180/check' },
      { 'auth.yaml': authService(`127.0.0.1:${await closedPort()},${auth.address}`) },
    )
    expect((await fetch()).status).toBe(200)
    expect((await fetch()).status).toBe(200)
  })

  test('is asked where --map says, which then is of use', async () => {
    const auth = await startAuth(answering(403))
    const app = await startEchoBackend('app')
    const annotations = { [`${nginx}auth-url`]: 'http://auth.login.svc/check' }
    const proxy = await startProxy({
      files: { 'web.yaml': serving('a.test', app.address, { annotations }) },
      compile: {
        endpointMaps: [
          { namespace: 'login', service: 'auth', port: '80', address: '127.0.0.1', endpointPort: auth.port },
        ],
      },
    })
    expect((await ask(proxy)).status).toBe(403)
    expect(proxy.codes()).toEqual([])
  })

  test('is asked at Portico itself where it serves its host: a whole sign-in', async () => {
    // As oauth2-proxy does it: one path asks for a session, one begins it and leads back.
    const auth = await startAuth(({ url, headers }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://auth')
      if (pathname === '/oauth2/start') {
        response.writeHead(302, { 'Set-Cookie': 'session=1; Path=/', Location: searchParams.get('rd')! })
      } else {
        response.writeHead(headers.cookie === 'session=1' ? 202 : 401, { 'X-User': 'ann' })
      }
      response.end()
    })
    const { fetch, proxy } = await guarded(
      {
        'auth-url': 'https://$host/oauth2/auth',
        'auth-signin': 'https://$host/oauth2/start?rd=$escaped_request_uri',
        'auth-response-headers': 'X-User',
      },
      { 'auth.yaml': serving('a.test', auth.address, { name: 'oauth2-proxy', path: '/oauth2' }) },
    )
    const refused = await fetch({ path: '/orders?page=2' })
    expect(refused.status).toBe(302)
    expect(refused.headers.location).toBe('https://a.test/oauth2/start?rd=%2Forders%3Fpage%3D2')

    const { pathname, search } = new URL(refused.headers.location!)
    const signedIn = await fetch({
      port: proxy.httpsPort,
      tls: { insecure: true },
      path: pathname + search,
    })
    expect(signedIn.status).toBe(302)
    expect(signedIn.headers.location).toBe('/orders?page=2')

    const cookie = signedIn.headers['set-cookie']![0]!.split(';')[0]!
    const response = await fetch({ path: '/orders?page=2', headers: { Cookie: cookie } })
    expect(response.status).toBe(200)
    expect(response.echo().headers).toMatchObject({ 'x-user': 'ann', cookie })
  })

  test('behind its own guard answers 500 instead of asking for ever', async () => {
    const { fetch, proxy } = await guarded({ 'auth-url': 'http://a.test/auth' })
    expect((await fetch()).status).toBe(500)
    expect(proxy.notices.join()).toContain('leads back to a route that it guards')
  })
})

describe('together with other guards', () => {
  test('satisfy: any lets in whom either admits, and asks for a sign-in when all refuse', async () => {
    const auth = await startAuth((question, response) => {
      response.writeHead(question.headers['x-ok'] === undefined ? 401 : 200)
      response.end()
    })
    const { fetch } = await guarded({
      'auth-url': auth.url,
      'auth-signin': 'https://portal.test/',
      'whitelist-source-range': '10.0.0.0/8',
      satisfy: 'any',
    })
    expect((await fetch({ headers: { 'X-Ok': '1' } })).status).toBe(200)
    expect((await fetch()).status).toBe(302)
    const { fetch: fetchAsListed } = await guarded({
      'auth-url': auth.url,
      'auth-response-headers': 'X-User',
      'whitelist-source-range': '127.0.0.0/8',
      satisfy: 'any',
    })
    const listed = await fetchAsListed({ headers: { 'X-User': 'root' } })
    expect(listed.status).toBe(200)
    // Nobody was asked who this is, so nobody says so.
    expect(listed.echo().headers).not.toHaveProperty('x-user')
  })

  test('a rule of no-auth-locations is asked about nobody', async () => {
    const auth = await startAuth(answering(401))
    const app = await startEchoBackend('app')
    const annotations = { [`${nginx}auth-url`]: auth.url }
    const path = '/.well-known/acme-challenge'
    const proxy = await startProxy({
      files: { 'web.yaml': serving('a.test', app.address, { path, annotations }) },
    })
    expect((await ask(proxy, { path: `${path}/token` })).status).toBe(200)
    expect((await ask(proxy, { path: '/' })).status).toBe(401)
  })
})

describe('the order of checks', () => {
  test('a dead Service is 503 before anybody is asked, a body is refused after', async () => {
    const auth = await startAuth(answering(401))
    const annotations = { [`${nginx}auth-url`]: auth.url, [`${nginx}proxy-body-size`]: '1' }
    const app = await startEchoBackend('app')
    const proxy = await startProxy({
      files: {
        'dead.yaml': serving('dead.test', '', { name: 'dead', annotations }),
        'web.yaml': serving('a.test', app.address, { annotations }),
      },
    })
    expect((await ask(proxy, { host: 'dead.test' })).status).toBe(503)
    expect(auth.questions).toHaveLength(0)
    expect((await ask(proxy, { method: 'POST', body: 'too long' })).status).toBe(401)
  })

  test('guards the paths of a host that no rule takes', async () => {
    const auth = await startAuth(answering(401))
    const app = await startEchoBackend('app')
    const web = serving('a.test', app.address, {
      path: '/app',
      annotations: { [`${nginx}auth-url`]: auth.url },
    })
    const proxy = await startProxy({ files: { 'web.yaml': web } })
    expect((await ask(proxy, { path: '/other' })).status).toBe(401)
  })

  test('holds a long body back until the service has answered', async () => {
    const held = await startHeldBackend()
    const { proxy, app } = await guarded({
      'auth-url': `http://${held.address}/`,
      'proxy-body-size': '0',
    })
    const body = Buffer.alloc(3_000_000, 'x')
    const response = ask(proxy, { method: 'PUT', body })
    const question = await held.nextRequest()
    expect(app.connections).toHaveLength(0)
    question.end()
    const echo: Echo = (await response).echo()
    expect(echo.body).toHaveLength(3_000_000)
  })
})
