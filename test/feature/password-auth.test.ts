// Basic and digest authentication (ingress-nginx's auth-type and auth-secret): statuses, fields, Secrets that are missing,
// broken or changed, and what the backend gets to see.
import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy, type TestProxyOptions } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

const bcrypt = '$2y$05$abcdefghijklmnopqrstuuF1QNFce4DfYnYJUcafR1v2/7XbWeLjK'

function secret(data: Record<string, string>, name = 'users', namespace = 'default'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: ${namespace} }\nstringData: ${JSON.stringify(data)}\n`
}

function basic(user: string, password: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

/** A proxy with an Ingress for each host, whose annotations say how it asks. */
async function startAsking(
  hosts: Record<string, Record<string, string>>,
  secrets: readonly string[],
  options: TestProxyOptions = {},
): Promise<TestProxy> {
  const backend = await startEchoBackend()
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    serving(host, backend.address, { name: `web-${index}`, annotations: nginx(annotations) }),
  )
  return startProxy({
    ...options,
    files: { 'web.yaml': ingresses.join('---\n'), 'secrets.yaml': secrets.join('---\n') },
  })
}

function ask(
  proxy: TestProxy,
  host: string,
  headers: Record<string, string> = {},
  path = '/',
): Promise<TestResponse> {
  return fetchFrom({ port: proxy.httpPort, host, headers, path })
}

describe('basic authentication', () => {
  const asking = { 'auth-type': 'basic', 'auth-secret': 'users', 'auth-realm': 'The Shop' }

  test('answers 401 with the realm to whoever has no password, and hides it from the backend', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [secret({ auth: `anna:${bcrypt}` })])

    const refused = await ask(proxy, 'a.test')
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toBe('Basic realm="The Shop"')
    expect(refused.body).toContain('401 Authorization Required')

    const admitted = await ask(proxy, 'a.test', basic('anna', 'U*U*U*U*'))
    expect(admitted.status).toBe(200)
    expect(admitted.echo().headers).not.toHaveProperty('authorization')

    const wrong = [
      basic('anna', 'x'),
      basic('bert', 'U*U*U*U*'),
      basic('anna', ''),
      { Authorization: 'Basic !' },
    ]
    const found = await Promise.all(
      [...wrong, { Authorization: 'Bearer x' }].map(fields => ask(proxy, 'a.test', fields)),
    )
    expect(found.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
  })

  test('takes every form of hash in a file, and a user without one gets 401', async () => {
    const file = [
      '# staff',
      `bcrypt:${bcrypt}`,
      'apr1:$apr1$abcdefgh$FBwExRW4dCc8aL.OvjpIE1:with a comment',
      'md5:$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/',
      'sha256:$5$rounds=1000$saltstring$S2dlplsLzofRuJ/frAjtaYev58CdqEN6fUby2laILG1',
      'des:abJnggxhB/yWI',
      'sha1:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
      'ssha:{SSHA}yI6cZwQadOA1e+/f+T+H3eCQQhRzYWx0',
      'plain:{PLAIN}password',
      'foo:',
    ].join('\n')
    const proxy = await startAsking({ 'a.test': asking }, [secret({ auth: file })])
    const names = ['apr1', 'md5', 'sha256', 'des', 'sha1', 'ssha', 'plain']

    const right = await Promise.all(names.map(user => ask(proxy, 'a.test', basic(user, 'password'))))
    expect(right.map(({ status }) => status)).toEqual(names.map(() => 200))
    const wrong = await Promise.all(names.map(user => ask(proxy, 'a.test', basic(user, 'passwor'))))
    expect(wrong.map(({ status }) => status)).toEqual(names.map(() => 401))
    expect((await ask(proxy, 'a.test', basic('foo', ''))).status).toBe(401)
    expect(proxy.changes.at(-1)!.diagnostics).toMatchObject([
      { code: 'annotation-value', severity: 'warning' },
    ])
  })

  test('takes a Secret with a key for each user', async () => {
    const map = { ...asking, 'auth-secret-type': 'auth-map' }
    const proxy = await startAsking({ 'a.test': map }, [secret({ anna: '{PLAIN}a', bert: bcrypt })])
    expect((await ask(proxy, 'a.test', basic('anna', 'a'))).status).toBe(200)
    expect((await ask(proxy, 'a.test', basic('bert', 'U*U*U*U*'))).status).toBe(200)
    expect((await ask(proxy, 'a.test', basic('bert', 'a'))).status).toBe(401)
  })

  test('closes routes whose users can not be read', async () => {
    const file = secret({ auth: 'a:{PLAIN}b' })
    const elsewhere = secret({ auth: 'a:{PLAIN}b' }, 'users', 'other')
    const hosts = {
      'missing.test': { ...asking, 'auth-secret': 'nobody' },
      'unnamed.test': { 'auth-type': 'basic' },
      'no-type.test': { 'auth-secret': 'users' },
      'elsewhere.test': { ...asking, 'auth-secret': 'other/users' },
      'no-key.test': { ...asking, 'auth-secret': 'map' },
      'bad-type.test': { ...asking, 'auth-type': 'bearer' },
      'bad-layout.test': { ...asking, 'auth-secret-type': 'file' },
      'bad-name.test': { ...asking, 'auth-secret': '../users' },
      'own.test': { ...asking, 'auth-secret': 'default/users' },
      // nginx would take this realm for a switch.
      'off.test': { ...asking, 'auth-realm': 'off' },
    }
    const proxy = await startAsking(hosts, [file, elsewhere, secret({ other: 'x' }, 'map')])

    const found = await Promise.all(Object.keys(hosts).map(host => ask(proxy, host, basic('a', 'b'))))
    expect(found.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503, 503, 503, 200, 200])
    expect((await ask(proxy, 'off.test')).status).toBe(401)
  })

  test('follows a change of the Secret at once, in both directions', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [secret({ auth: `anna:${bcrypt}` })])
    expect((await ask(proxy, 'a.test', basic('anna', 'U*U*U*U*'))).status).toBe(200)

    const write = async (auth: string) => {
      const changed = proxy.nextChange()
      await proxy.manifests.write('secrets.yaml', secret({ auth }))
      await changed
    }
    await write(`anna:${bcrypt.replace('abcdef', 'abcdeg')}`)
    expect((await ask(proxy, 'a.test', basic('anna', 'U*U*U*U*'))).status).toBe(401)
    await write(`anna:${bcrypt}\nbert:{PLAIN}b`)
    expect((await ask(proxy, 'a.test', basic('bert', 'b'))).status).toBe(200)
    expect((await ask(proxy, 'a.test', basic('anna', 'U*U*U*U*'))).status).toBe(200)
  })

  test('keeps a body back until the password is checked, and passes it on whole', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [secret({ auth: `anna:${bcrypt}` })])
    const body = 'x'.repeat(300_000)
    const request = { port: proxy.httpPort, host: 'a.test', method: 'POST', body }
    const admitted = await fetchFrom({ ...request, headers: basic('anna', 'U*U*U*U*') })
    expect([admitted.status, admitted.echo().body.length]).toEqual([200, body.length])
    const refused = await fetchFrom({ ...request, headers: basic('anna', 'no') })
    expect(refused.status).toBe(401)
  })

  test('lets pipelined requests in one by one, each by its own password', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [secret({ auth: `anna:${bcrypt}` })])
    const client = await rawClient(proxy.httpPort)
    const right = `Authorization: ${basic('anna', 'U*U*U*U*').Authorization}\r\n`
    const requests = [right, '', right].map(fields => `GET / HTTP/1.1\r\nHost: a.test\r\n${fields}\r\n`)
    client.send(requests.join(''))
    const statusLines = (received: string) => received.match(/HTTP\/1\.1 \d+/g) ?? []
    const received = await client.until(received => statusLines(received).length === 3)
    expect(statusLines(received)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  test('does not ask for a body before it knows the password', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [secret({ auth: `anna:${bcrypt}` })])
    const client = await rawClient(proxy.httpPort)
    const head = 'POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n'
    client.send(`${head}Authorization: ${basic('anna', 'guess').Authorization}\r\n\r\n`)
    expect(await client.until(received => received.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 401 /)
  })

  test('gives the place of a client back that leaves while its password is checked', async () => {
    const limited = { ...asking, 'limit-connections': '1' }
    // A cost of 15: two seconds, of which the test waits for none.
    const slow = bcrypt.replace('$05$', '$15$')
    const proxy = await startAsking({ 'a.test': limited }, [secret({ auth: `anna:${slow}` })])
    const client = await rawClient(proxy.httpPort)
    client.send(
      `GET / HTTP/1.1\r\nHost: a.test\r\nAuthorization: ${basic('anna', 'guess').Authorization}\r\n\r\n`,
    )
    let status = 0
    while (status !== 503) status = (await ask(proxy, 'a.test')).status
    client.socket.destroy()
    while (status === 503) status = (await ask(proxy, 'a.test')).status
    expect(status).toBe(401)
  })

  test('asks nobody on a rule for the paths of no-auth-locations, and everybody on a rule around them', async () => {
    const backend = await startEchoBackend()
    const annotations = nginx(asking)
    const challenge = '/.well-known/acme-challenge'
    const proxy = await startProxy({
      files: {
        'open.yaml': serving('open.test', backend.address, { name: 'open', path: challenge, annotations }),
        'web.yaml': serving('a.test', backend.address, { annotations }),
        'secret.yaml': secret({ auth: 'a:{PLAIN}b' }),
      },
    })
    const open = await ask(proxy, 'open.test', basic('x', 'y'), `${challenge}/token`)
    expect(open.status).toBe(200)
    expect(open.echo().headers).toHaveProperty('authorization')
    expect((await ask(proxy, 'open.test', {}, '/other')).status).toBe(401)
    expect((await ask(proxy, 'open.test', {}, `${challenge}/../../other`)).status).toBe(401)
    expect((await ask(proxy, 'a.test', {}, `${challenge}/token`)).status).toBe(401)
  })
})

describe('digest authentication', () => {
  const realm = 'The Shop'
  const asking = { 'auth-type': 'digest', 'auth-secret': 'users', 'auth-realm': realm }
  const ha1 = md5(`anna:${realm}:secret`)
  const users = secret({ auth: `anna:${realm}:${ha1}\nbert:Elsewhere:${ha1}` })

  function md5(text: string): string {
    return createHash('md5').update(text).digest('hex')
  }

  /** An Authorization field as a client makes it. */
  function proof(
    nonce: string,
    { count = 1, user = 'anna', password = 'secret', path = '/', method = 'GET' } = {},
  ): Record<string, string> {
    const nc = count.toString(16).padStart(8, '0')
    const cnonce = randomUUID()
    const own = md5(`${user}:${realm}:${password}`)
    const response = md5(`${own}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${path}`)}`)
    return {
      Authorization:
        `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=MD5, ` +
        `qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`,
    }
  }

  async function challengeOf(proxy: TestProxy): Promise<string> {
    const refused = await ask(proxy, 'a.test')
    expect(refused.status).toBe(401)
    const challenge = refused.headers['www-authenticate']!
    expect(challenge).toMatch(/^Digest realm="The Shop", qop="auth", algorithm=MD5, nonce="[\w.-]+"$/)
    return /nonce="([^"]+)"/.exec(challenge)![1]!
  }

  test('lets in who proves a password, each count once, and hides the proof from the backend', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [users])
    const nonce = await challengeOf(proxy)

    const first = proof(nonce)
    const admitted = await ask(proxy, 'a.test', first)
    expect(admitted.status).toBe(200)
    expect(admitted.echo().headers).not.toHaveProperty('authorization')
    expect((await ask(proxy, 'a.test', proof(nonce, { count: 2, path: '/x?y=1' }), '/x?y=1')).status).toBe(
      200,
    )

    // Somebody who listened sends it once more.
    const replayed = await ask(proxy, 'a.test', first)
    expect(replayed.status).toBe(401)
    expect(replayed.headers['www-authenticate']).toContain('stale=true')
    const again = /nonce="([^"]+)"/.exec(replayed.headers['www-authenticate']!)![1]!
    expect((await ask(proxy, 'a.test', proof(again))).status).toBe(200)
  })

  test('answers 401 to what is no proof for this request', async () => {
    const proxy = await startAsking({ 'a.test': asking }, [users])
    const nonce = await challengeOf(proxy)
    const wrong = [
      proof(nonce, { password: 'guess' }),
      proof(nonce, { user: 'bert' }),
      proof(nonce, { user: 'carl' }),
      proof(nonce, { path: '/other' }),
      proof(nonce, { method: 'POST' }),
    ]
    const found = await Promise.all(wrong.map(fields => ask(proxy, 'a.test', fields)))
    expect(found.map(({ status }) => status)).toEqual(wrong.map(() => 401))
    expect(found.some(({ headers }) => headers['www-authenticate']!.includes('stale'))).toBe(false)

    const foreign = await ask(proxy, 'a.test', proof('nonce-of-somebody'))
    expect(foreign.status).toBe(401)
    expect(foreign.headers['www-authenticate']).toContain('stale=true')
  })

  test('takes a Secret with a key for each user', async () => {
    const map = { ...asking, 'auth-secret-type': 'auth-map' }
    const proxy = await startAsking({ 'a.test': map }, [secret({ anna: `${realm}:${ha1}` })])
    expect((await ask(proxy, 'a.test', proof(await challengeOf(proxy)))).status).toBe(200)
  })
})
