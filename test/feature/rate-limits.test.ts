// Limits by client address (ingress-nginx's limit-rps, limit-rpm, limit-connections). How buckets leak is tested with a clock
// of its own in src/policies/rate-limit.test.ts; here limits are so slow that no time passes for them.
import { expect, test } from 'vitest'
import { startEchoBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { readMetrics } from '../support/metrics.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy, type TestProxyOptions } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

/** Hosts with the annotations of their Ingress; all have the same endpoint. */
async function startLimited(
  backend: TestBackend,
  hosts: Record<string, Record<string, string>>,
  options: Omit<TestProxyOptions, 'files'> & { readonly config?: Record<string, string> } = {},
): Promise<TestProxy> {
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    serving(host, backend.address, { name: `web-${index}`, annotations: nginx(annotations) }),
  )
  const configMap = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\ndata: ${JSON.stringify(options.config ?? {})}\n`
  return startProxy({
    ...options,
    files: { 'web.yaml': [...ingresses, configMap].join('---\n') },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
}

async function statuses(proxy: TestProxy, host: string, times: number): Promise<number[]> {
  const found: number[] = []
  for (let i = 0; i < times; i++) found.push((await fetchFrom({ port: proxy.httpPort, host })).status)
  return found
}

test('limit-rpm lets one request and the burst pass, then answers 503', async () => {
  const proxy = await startLimited(await startEchoBackend(), {
    'five.test': { 'limit-rpm': '1' },
    'two.test': { 'limit-rpm': '1', 'limit-burst-multiplier': '1' },
    'exempt.test': { 'limit-rpm': '1', 'limit-burst-multiplier': '0', 'limit-allowlist': '127.0.0.0/8' },
    'old-name.test': { 'limit-rpm': '1', 'limit-burst-multiplier': '0', 'limit-whitelist': '127.0.0.0/8' },
    'not-exempt.test': { 'limit-rpm': '1', 'limit-burst-multiplier': '0', 'limit-whitelist': '10.0.0.0/8' },
    'off.test': { 'limit-rpm': '0' },
  })

  expect(await statuses(proxy, 'five.test', 8)).toEqual([200, 200, 200, 200, 200, 200, 503, 503])
  expect(await statuses(proxy, 'two.test', 4)).toEqual([200, 200, 503, 503])
  expect(await statuses(proxy, 'exempt.test', 3)).toEqual([200, 200, 200])
  expect(await statuses(proxy, 'old-name.test', 3)).toEqual([200, 200, 200])
  expect(await statuses(proxy, 'not-exempt.test', 2)).toEqual([200, 503])
  expect(await statuses(proxy, 'off.test', 3)).toEqual([200, 200, 200])
})

test('limit-rps lets one request and the burst pass at once, and refuses a crowd', async () => {
  const proxy = await startLimited(await startEchoBackend(), { 'a.test': { 'limit-rps': '1' } })
  const asked = Array.from({ length: 60 }, () => fetchFrom({ port: proxy.httpPort, host: 'a.test' }))
  const found = (await Promise.all(asked)).map(({ status }) => status)
  // One more for each second that this takes.
  expect(found.filter(status => status === 200).length).toBeGreaterThanOrEqual(6)
  expect(found).toContain(503)
})

test('limit-connections counts requests in progress, and gives their places back', async () => {
  const backend = await startHeldBackend()
  const proxy = await startLimited(backend, { 'a.test': { 'limit-connections': '2' } })
  const ask = () => fetchFrom({ port: proxy.httpPort, host: 'a.test' })

  const [first, second] = [ask(), ask()]
  const held = [await backend.nextRequest(), await backend.nextRequest()]
  expect((await ask()).status).toBe(503)

  for (const response of held) response.end()
  expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200])
  const third = ask()
  const response = await backend.nextRequest()
  response.end()
  expect((await third).status).toBe(200)
})

test('the ConfigMap chooses the statuses, and metrics tell the limits apart', async () => {
  const backend = await startHeldBackend()
  const hosts = {
    'rate.test': { 'limit-rpm': '1', 'limit-burst-multiplier': '0' },
    'connections.test': { 'limit-connections': '1' },
  }
  const proxy = await startLimited(backend, hosts, {
    config: { 'limit-req-status-code': '429', 'limit-conn-status-code': '420' },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  const ask = (host: string) => fetchFrom({ port: proxy.httpPort, host })

  for (const [host, status] of [
    ['rate.test', 429],
    ['connections.test', 420],
  ] as const) {
    const first = ask(host)
    const held = await backend.nextRequest()
    expect((await ask(host)).status).toBe(status)
    held.end()
    await first
  }

  const metrics = await readMetrics(proxy.app.admin!)
  expect(metrics.get('portico_requests_total{status_class="4xx",cause="limit-rpm"}')).toBe(1)
  expect(metrics.get('portico_requests_total{status_class="4xx",cause="limit-connections"}')).toBe(1)
})

test('limits come before lists and passwords, and after redirects, preflights and a dead Service', async () => {
  const password = { 'auth-type': 'basic', 'auth-secret': 'users' }
  const guarded = { ...password, 'limit-rpm': '1', 'limit-burst-multiplier': '0' }
  const hosts = {
    'password.test': guarded,
    'listed.test': { ...guarded, 'allowlist-source-range': '10.0.0.0/8' },
    'https.test': { ...guarded, 'force-ssl-redirect': 'true' },
    'moved.test': { ...guarded, 'permanent-redirect': 'https://example.com/' },
    'root.test': { ...guarded, 'app-root': '/app' },
    'cors.test': { ...guarded, 'enable-cors': 'true' },
  }
  const backend = await startEchoBackend()
  const users =
    'apiVersion: v1\nkind: Secret\nmetadata: { name: users }\nstringData: { auth: "a:{PLAIN}b" }\n'
  const ingresses = Object.entries(hosts).map(([host, annotations], index) =>
    serving(host, backend.address, { name: `web-${index}`, annotations: nginx(annotations) }),
  )
  const dead = serving('dead.test', '', { name: 'dead', annotations: nginx(password) })
  const proxy = await startProxy({ files: { 'web.yaml': [...ingresses, dead, users].join('---\n') } })

  expect(await statuses(proxy, 'password.test', 2)).toEqual([401, 503])
  expect(await statuses(proxy, 'listed.test', 2)).toEqual([403, 503])
  expect(await statuses(proxy, 'https.test', 2)).toEqual([308, 308])
  expect(await statuses(proxy, 'moved.test', 2)).toEqual([301, 301])
  expect(await statuses(proxy, 'root.test', 2)).toEqual([302, 302])
  expect(await statuses(proxy, 'dead.test', 2)).toEqual([503, 503])
  const preflights = await Promise.all(
    [1, 2, 3].map(() => fetchFrom({ port: proxy.httpPort, host: 'cors.test', method: 'OPTIONS' })),
  )
  expect(preflights.map(({ status }) => status)).toEqual([204, 204, 204])
  const refused = await fetchFrom({ port: proxy.httpPort, host: 'cors.test' })
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, '*'])
  expect(await statuses(proxy, 'cors.test', 1)).toEqual([503])
})

test('a reload forgets nothing of what clients have used up', async () => {
  const backend = await startEchoBackend()
  const limited = (perMinute: string) =>
    serving('a.test', backend.address, {
      annotations: nginx({ 'limit-rpm': perMinute, 'limit-burst-multiplier': '1' }),
    })
  const proxy = await startProxy({ files: { 'web.yaml': limited('1') } })
  expect(await statuses(proxy, 'a.test', 3)).toEqual([200, 200, 503])

  const changed = proxy.nextChange()
  await proxy.manifests.write('web.yaml', limited('2'))
  await changed
  // The burst is two now, of which one is used.
  expect(await statuses(proxy, 'a.test', 3)).toEqual([200, 503, 503])
})

test('a limit that can not be read closes the route', async () => {
  const proxy = await startLimited(await startEchoBackend(), { 'a.test': { 'limit-rps': '10/s' } })
  expect(await statuses(proxy, 'a.test', 1)).toEqual([503])
})
