// Who may use a route by address (ingress-nginx's allow and deny lists, and what the ConfigMap blocks), how guards work
// together, and that no spelling of a path leads around them. Tests come from 127.0.0.1.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { startEchoServices } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const password = { Authorization: `Basic ${Buffer.from('anna:secret').toString('base64')}` }

const users = `apiVersion: v1
kind: Secret
metadata: { name: users }
stringData: { auth: "anna:{PLAIN}secret" }
`

/** A proxy with an Ingress for each host, and the ConfigMap `default/config` with these keys. */
async function startGuarded(
  hosts: Record<string, Record<string, string>>,
  config: Record<string, string> = {},
): Promise<TestProxy> {
  const backend = await startEchoBackend()
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    serving(host, backend.address, { name: `web-${index}`, annotations: nginx(annotations) }),
  )
  const configMap = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\ndata: ${JSON.stringify(config)}\n`
  return startProxy({
    files: { 'web.yaml': [...ingresses, users, configMap].join('---\n') },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
}

async function statuses(
  proxy: TestProxy,
  hosts: readonly string[],
  headers: Record<string, string> = {},
): Promise<Record<string, number>> {
  const asked = hosts.map(async host => {
    const { status } = await fetchFrom({ port: proxy.httpPort, host, headers })
    return [host, status] as const
  })
  return Object.fromEntries(await Promise.all(asked))
}

test('allow and deny lists answer 403, the deny list first; a list that can not be read closes the route', async () => {
  const hosts = {
    'allowed.test': { 'allowlist-source-range': '10.0.0.0/8, 127.0.0.0/8' },
    'not-allowed.test': { 'allowlist-source-range': '10.0.0.0/8,::/0' },
    'old-name.test': { 'whitelist-source-range': '10.0.0.0/8' },
    'both-names.test': {
      'whitelist-source-range': '10.0.0.0/8',
      'allowlist-source-range': '127.0.0.1',
    },
    'empty-name.test': { 'whitelist-source-range': '10.0.0.0/8', 'allowlist-source-range': '' },
    'denied.test': { 'denylist-source-range': '127.0.0.1/32' },
    'not-denied.test': { 'denylist-source-range': '10.0.0.0/8' },
    'denied-first.test': {
      'allowlist-source-range': '127.0.0.1',
      'denylist-source-range': '127.0.0.0/24',
    },
    'unreadable.test': { 'allowlist-source-range': '127.0.0.1, everybody' },
    'unreadable-deny.test': { 'denylist-source-range': '10.0.0.0/99' },
  }
  const proxy = await startGuarded(hosts)

  expect(await statuses(proxy, Object.keys(hosts))).toEqual({
    'allowed.test': 200,
    'not-allowed.test': 403,
    'old-name.test': 403,
    'both-names.test': 200,
    'empty-name.test': 403,
    'denied.test': 403,
    'not-denied.test': 200,
    'denied-first.test': 403,
    'unreadable.test': 503,
    'unreadable-deny.test': 503,
  })
  expect(proxy.codes().filter(code => code === 'annotation-value')).toHaveLength(3)
})

test('lists of the ConfigMap hold for all Ingresses that have none of their own', async () => {
  const hosts = {
    'plain.test': {},
    'own.test': { 'allowlist-source-range': '127.0.0.1' },
    'other-list.test': { 'denylist-source-range': '10.0.0.0/8' },
  }
  const proxy = await startGuarded(hosts, { 'whitelist-source-range': '10.0.0.0/8' })

  expect(await statuses(proxy, Object.keys(hosts))).toEqual({
    'plain.test': 403,
    'own.test': 200,
    'other-list.test': 403,
  })
})

test('what the ConfigMap blocks gets 403 everywhere, before redirects and whatever an Ingress says', async () => {
  const hosts = {
    'plain.test': {},
    'own.test': { 'allowlist-source-range': '127.0.0.1', satisfy: 'any' },
    'redirect.test': { 'permanent-redirect': 'https://example.com/' },
    'closed.test': { 'allowlist-source-range': 'nonsense' },
  }
  const all = [...Object.keys(hosts), 'unclaimed.test']
  const blocked = Object.fromEntries(all.map(host => [host, 403]))

  const byAddress = await startGuarded(hosts, { 'block-cidrs': '10.0.0.0/8,127.0.0.1' })
  expect(await statuses(byAddress, all)).toEqual(blocked)

  const byField = await startGuarded(hosts, {
    'block-user-agents': 'BadBot, ~*crawler',
    'block-referers': '~^https?://spam\\.',
  })
  expect(await statuses(byField, all, { 'User-Agent': 'badbot' })).toEqual(blocked)
  expect(await statuses(byField, all, { 'User-Agent': 'The CRAWLER/2' })).toEqual(blocked)
  expect(await statuses(byField, all, { Referer: 'http://spam.example/' })).toEqual(blocked)
  expect(await statuses(byField, ['plain.test'], { 'User-Agent': 'badbot/2' })).toEqual({ 'plain.test': 200 })
})

test('a block list that can not be read closes all routes', async () => {
  const proxy = await startGuarded({ 'plain.test': {} }, { 'block-user-agents': '~(' })
  expect(await statuses(proxy, ['plain.test'])).toEqual({ 'plain.test': 503 })
})

test('satisfy "any" lets in whoever one guard lets in, and 401 is the answer when none does', async () => {
  const withPassword = { 'auth-type': 'basic', 'auth-secret': 'users' }
  const listed = { 'allowlist-source-range': '127.0.0.1' }
  const unlisted = { 'allowlist-source-range': '10.0.0.0/8' }
  const hosts = {
    'any-listed.test': { ...withPassword, ...listed, satisfy: 'any' },
    'any-unlisted.test': { ...withPassword, ...unlisted, satisfy: 'any' },
    'all-listed.test': { ...withPassword, ...listed, satisfy: 'all' },
    'all-unlisted.test': { ...withPassword, ...unlisted },
    'lists-only.test': { ...unlisted, satisfy: 'any' },
    'unreadable.test': { ...withPassword, ...listed, satisfy: 'either' },
  }
  const proxy = await startGuarded(hosts)

  expect(await statuses(proxy, Object.keys(hosts))).toEqual({
    'any-listed.test': 200,
    'any-unlisted.test': 401,
    'all-listed.test': 401,
    'all-unlisted.test': 403,
    'lists-only.test': 403,
    'unreadable.test': 401,
  })
  expect(await statuses(proxy, Object.keys(hosts), password)).toEqual({
    'any-listed.test': 200,
    'any-unlisted.test': 200,
    'all-listed.test': 200,
    'all-unlisted.test': 403,
    'lists-only.test': 403,
    'unreadable.test': 200,
  })
  // Even where the address alone was enough, a password is nothing for the backend.
  const echo = await fetchFrom({ port: proxy.httpPort, host: 'any-listed.test', headers: password })
  expect(echo.echo().headers).not.toHaveProperty('authorization')
})

test('satisfy joins lists, passwords and an auth service, asked in that order', async () => {
  const asked: string[] = []
  const service = await startEchoBackend('auth', (request, response) => {
    asked.push(request.headers['x-original-url'] as string)
    response.statusCode = request.headers['x-token'] === 'good' ? 200 : 401
    response.end()
  })
  const guards = {
    'allowlist-source-range': '10.0.0.0/8',
    'auth-type': 'basic',
    'auth-secret': 'users',
    'auth-url': `http://${service.address}/`,
  }
  const hosts = {
    'any.test': { ...guards, satisfy: 'any' },
    'sign-in.test': { ...guards, satisfy: 'any', 'auth-signin': 'https://login.test/' },
    'all.test': { ...guards, 'allowlist-source-range': '127.0.0.1' },
  }
  const proxy = await startGuarded(hosts)
  const ask = async (headers: Record<string, string>) =>
    Object.values(await statuses(proxy, Object.keys(hosts), headers))

  expect(await ask({})).toEqual([401, 302, 401])
  expect(await ask({ 'X-Token': 'good' })).toEqual([200, 200, 401])
  expect(await ask({ ...password, 'X-Token': 'good' })).toEqual([200, 200, 200])
  asked.length = 0
  expect(await ask(password)).toEqual([200, 200, 401])
  // Where the password was enough, nobody else was asked.
  expect(asked).toEqual(['http://all.test/'])
})

test('no spelling of a path leads around the guard of another Ingress on the host', async () => {
  const { text } = await startEchoServices('open', 'guarded')
  const list = nginx({ 'allowlist-source-range': '10.0.0.0/8' })
  const proxy = await startProxy({
    files: {
      'open.yaml': documents(ingressText({ name: 'open', rules: { 'foo.com': ['Prefix / open:80'] } }), text),
      'guarded.yaml': ingressText({
        name: 'guarded',
        annotations: list,
        rules: { 'foo.com': ['Prefix /admin guarded:80'] },
      }),
    },
  })
  const ask = async (path: string) => {
    const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path })
    return response.status === 200 ? response.echo().backend : response.status
  }

  const refused = ['/admin', '/%61dmin', '//admin', '/x/../admin', '/x/%2e%2e/admin', '/%2fadmin/']
  const ambiguous = [
    '/x/..;/admin',
    '/%2561dmin',
    '/x\\..\\admin',
    '/admin;a=b/x',
    '/.%252e/admin',
    '/;/admin',
  ]
  expect(await Promise.all(refused.map(ask))).toEqual(refused.map(() => 403))
  expect(await Promise.all(ambiguous.map(ask))).toEqual(ambiguous.map(() => 400))
  expect(await Promise.all(['/', '/admins', '/a%20b', '/x;y'].map(ask))).toEqual(new Array(4).fill('open'))
})

test('a path that no rule takes is guarded by the first Ingress of the host', async () => {
  const backend = await startEchoBackend()
  const list = nginx({ 'allowlist-source-range': '10.0.0.0/8' })
  const proxy = await startProxy({
    files: { 'web.yaml': serving('foo.com', backend.address, { path: '/app', annotations: list }) },
  })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path: '/other' })
  expect(response.status).toBe(403)
})
