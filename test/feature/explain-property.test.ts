// Random manifests and requests, over HTTP and HTTPS, from clients that stay and others: an explanation names the certificate,
// rule, canary, endpoint and head that a running proxy really shows, takes and sends, and of its candidates exactly the one that
// is taken says so.
import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAskedRequest } from '../../src/explain/asked-request.ts'
import { explain } from '../../src/explain/explain.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { rehearse } from '../../src/explain/rehearsal.ts'
import { markOf } from '../../src/policies/balancing/session-cookie.ts'
import { selfSigned } from '../support/certificates.ts'
import { type EchoServices, startEchoServices } from '../support/echo-services.ts'
import { expectDocumented } from '../support/explanation-schema.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { canaryText, documents, ingressText, secretText, serviceText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { shakeHands } from '../support/shake-hands.ts'

const services = ['a', 'b', 'c'] as const
/** `pair` has the endpoints of a and b. */
const service = fc.constantFrom(...services, 'pair', 'missing')
const host = fc.constantFrom('x.test', '*.x.test', 'y.x.test', '')
const path = fc.constantFrom('/', '/p', '/p/', '/p/q', '/P', '/pq')
const rule = fc.oneof(
  fc
    .tuple(fc.constantFrom('Exact', 'Prefix', 'ImplementationSpecific'), path, service)
    .map(([type, path, service]) => `${type} ${path} ${service}:80`),
  fc
    .tuple(fc.constantFrom('/p(/|$)(.*)', '/(p|q)', '/.*q'), service)
    .map(([path, service]) => `ImplementationSpecific ${path} ${service}:80`),
)
const annotations = fc.constantFrom<Record<string, string>>(
  {},
  {},
  nginx({ 'use-regex': 'true' }),
  nginx({ 'rewrite-target': '/new/$1' }),
  nginx({ 'app-root': '/start' }),
  nginx({ 'allowlist-source-range': '10.0.0.0/8' }),
  nginx({ 'permanent-redirect': 'https://elsewhere.test/' }),
  nginx({ 'auth-tls-secret': 'default/pair' }),
  { 'portico/match-headers': 'x-tenant=blue' },
  { 'portico/match-methods': 'POST' },
)
const affinity = fc.constantFrom<Record<string, string>>(
  {},
  nginx({ affinity: 'cookie', 'session-cookie-name': 'stay' }),
  nginx({ affinity: 'cookie', 'session-cookie-name': 'stay', 'affinity-canary-behavior': 'legacy' }),
)
const canarySettings = fc.constantFrom<Record<string, string>>(
  { weight: '100' },
  { weight: '0' },
  { 'by-header': 'x-canary' },
  { 'by-cookie': 'canary', weight: '100' },
)
const ingress = fc.record({
  rules: fc.array(fc.tuple(host, rule), { minLength: 1, maxLength: 4 }),
  annotations: fc.tuple(annotations, affinity).map(([some, more]) => ({ ...some, ...more })),
  canary: fc.option(fc.tuple(canarySettings, service), { nil: undefined, freq: 2 }),
  secretName: fc.constantFrom('none', 'pair', 'gone'),
  created: fc.integer({ min: 1, max: 9 }),
})
const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'TRACE'),
  host: fc.constantFrom('x.test', 'y.x.test', 'z.x.test', 'a.b.x.test', 'other.test'),
  path: fc.constantFrom(
    '/',
    '/p',
    '/p/',
    '/p/q',
    '/P',
    '/pq',
    '/p//q?a=1',
    '/p/%71',
    '/p/..',
    '/..',
    '/healthz',
  ),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    { 'X-Tenant': 'blue' },
    { 'X-Canary': 'always' },
    { 'X-Canary': 'never' },
    { Cookie: 'canary=always' },
    { Cookie: 'canary=never' },
    { Cookie: `stay=1|${markOf('default-a-80')}` },
    { Cookie: `stay=2|${markOf('default-pair-80')}` },
    { Cookie: 'canary=always; stay=3' },
  ),
  secure: fc.boolean(),
  /** `undefined`: the host. */
  serverName: fc.constantFrom(undefined, undefined, 'x.test', 'other.test'),
})

type Model = (typeof ingress extends fc.Arbitrary<infer T> ? T : never)[]
type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never

function textOf(model: Model): string {
  return documents(
    ...model.flatMap(({ rules, annotations, canary, secretName, created }, index) => {
      const byHost = Object.groupBy(rules, ([host]) => host)
      const named = Object.entries(byHost).map(
        ([host, list]) => [host, list!.map(([, rule]) => rule)] as const,
      )
      const hosts = named.map(([host]) => host).filter(host => host !== '')
      const main = {
        name: `main-${index}`,
        created: `2026-01-0${created}T00:00:00Z`,
        rules: Object.fromEntries(named),
        annotations,
        ...(secretName !== 'none' && hosts.length > 0 && { tls: [{ hosts, secretName }] }),
      }
      if (canary === undefined) return [ingressText(main)]
      const [settings, service] = canary
      const others = named.map(
        ([host, list]) => [host, list.map(rule => rule.replace(/\S+$/, `${service}:80`))] as const,
      )
      const second = { name: `canary-${index}`, rules: Object.fromEntries(others), annotations }
      return [ingressText(main), canaryText(second, settings)]
    }),
  )
}

async function explained(asked: Asked, proxy: TestProxy): Promise<Explanation> {
  const { method, secure, serverName, headers } = asked
  const url = `${secure ? `https` : `http`}://${hostField(asked, proxy)}${asked.path}`
  const more = { headers: Object.entries(headers), serverName: secure ? serverName : undefined }
  const read = readAskedRequest({ method, url, ...more })
  if ('problem' in read) throw new Error(read.problem)
  const rehearsal = rehearse(proxy.changes[0]!.table, { httpsPort: proxy.httpsPort })
  try {
    return await explain(read.value, rehearsal)
  } finally {
    rehearsal.close()
  }
}

function hostField({ host, secure }: Asked, { httpPort, httpsPort }: TestProxy): string {
  return `${host}:${secure ? httpsPort : httpPort}`
}

function really(asked: Asked, proxy: TestProxy): Promise<TestResponse> {
  const { method, host, path, headers, secure, serverName = host } = asked
  const port = secure ? proxy.httpsPort : proxy.httpPort
  const tls = secure ? { tls: { insecure: true, servername: serverName } } : {}
  return fetchFrom({ port, host: hostField(asked, proxy), path, method, headers, ...tls })
}

/** What can be seen of an outcome from outside. */
function seen(response: TestResponse): object {
  if (response.status !== 200 || response.headers['content-type'] !== 'application/json')
    return { status: response.status, location: response.headers.location }
  const { backend, url } = response.echo()
  return { backend, url }
}

/** The same of an explanation; `response` says who it was where endpoints take turns. */
function foretold(
  { outcome, upstream }: Explanation,
  backends: EchoServices['backends'],
  response: TestResponse,
) {
  const { kind, status, location, endpoint, target } = outcome
  if (kind !== 'forwarded') return { status, location }
  const called = new Map(Object.entries(backends).map(([name, { address }]) => [address, name]))
  const isSure = upstream!.endpoints.length === 1 || upstream!.picking === 'the cookie stay says so'
  const possible = upstream!.endpoints.map(({ address }) => called.get(address))
  const backend = called.get(endpoint!)
  if (isSure || !possible.includes(response.echo().backend)) return { backend, url: target }
  return { backend: response.echo().backend, url: target }
}

/** The Secret's certificate is shown where the explanation says so, and only there. */
async function checkCertificate(
  asked: Asked,
  { certificate }: Explanation,
  proxy: TestProxy,
  pair: X509Certificate,
) {
  if (!asked.secure) return
  const socket = await shakeHands(proxy.httpsPort, asked.serverName ?? asked.host)
  const isPair = socket.getPeerX509Certificate()!.fingerprint256 === pair.fingerprint256
  socket.destroy()
  expect([asked, certificate!.secret]).toEqual([asked, isPair ? 'default/pair' : undefined])
}

function checkCandidates({ outcome, hosts, paths, canary, request }: Explanation): void {
  if (request.path === undefined) return
  expect(hosts.filter(({ taken }) => taken)).toHaveLength(hosts.some(({ taken }) => taken) ? 1 : 0)
  const taken = paths.filter(({ taken }) => taken)
  expect(taken.map(({ ingress }) => ingress)).toEqual(outcome.ingress === undefined ? [] : [outcome.ingress])
  const inRules = taken.filter(({ type }) => type !== 'default backend')
  for (const { path } of inRules) expect(path).toBe(outcome.path)
  // What would take the request by itself loses to something that does.
  if (inRules.length === 0)
    expect(paths.filter(({ fits, type }) => fits && type !== 'default backend')).toEqual([])
  const canaries = canary?.candidates.filter(({ taken }) => taken) ?? []
  if (outcome.kind === 'forwarded') expect(canaries).toHaveLength(outcome.isCanary === true ? 1 : 0)
}

/** But for the request's id, which is drawn. */
function headSeen(response: TestResponse): string[] {
  const { rawHeaders } = response.echo()
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
  )
  return lines.filter(line => !line.startsWith('X-Request-ID'))
}

test('an explanation names what a running proxy does', async () => {
  const { text, backends } = await startEchoServices(...services)
  const pair = await selfSigned('x.test', '*.x.test')
  const others = documents(
    text,
    serviceText('pair', { endpoints: [backends.a.address, backends.b.address] }),
    secretText('pair', { ...pair, caPem: pair.certPem }),
  )
  const certificate = new X509Certificate(pair.certPem)
  await fc.assert(
    fc.asyncProperty(
      fc.array(ingress, { minLength: 1, maxLength: 5 }),
      fc.array(request, { minLength: 12, maxLength: 12 }),
      async (model, requests) => {
        const proxy = await startProxy({ files: { 'rules.yaml': documents(textOf(model), others) } })
        await Promise.all(
          requests.map(async asked => {
            const [explanation, response] = [await explained(asked, proxy), await really(asked, proxy)]
            expect({ asked, ...seen(response) }).toEqual({
              asked,
              ...foretold(explanation, backends, response),
            })
            await checkCertificate(asked, explanation, proxy, certificate)
            checkCandidates(explanation)
            expectDocumented(explanation)
            const sent = explanation.sent?.lines.slice(1).filter(line => !line.startsWith('X-Request-ID'))
            if (sent !== undefined) expect(headSeen(response)).toEqual(sent)
          }),
        )
        await proxy.app.close()
      },
    ),
    { numRuns: 20 },
  )
})
