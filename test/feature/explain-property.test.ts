// Random manifests and requests: an explanation names the rule, canary, endpoint and head that a running proxy really takes
// and sends, and of its candidates exactly the one that is taken says so.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAskedRequest } from '../../src/explain/asked-request.ts'
import { explain } from '../../src/explain/explain.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { rehearse } from '../../src/explain/rehearsal.ts'
import { startEchoServices } from '../support/echo-services.ts'
import { expectDocumented } from '../support/explanation-schema.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { canaryText, documents, ingressText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const services = ['a', 'b', 'c'] as const
const service = fc.constantFrom(...services, 'missing')
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
  { 'portico/match-headers': 'x-tenant=blue' },
  { 'portico/match-methods': 'POST' },
)
const canarySettings = fc.constantFrom<Record<string, string>>(
  { weight: '100' },
  { weight: '0' },
  { 'by-header': 'x-canary' },
  { 'by-cookie': 'canary', weight: '100' },
)
const ingress = fc.record({
  rules: fc.array(fc.tuple(host, rule), { minLength: 1, maxLength: 4 }),
  annotations,
  canary: fc.option(fc.tuple(canarySettings, service), { nil: undefined, freq: 2 }),
  hasTls: fc.boolean(),
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
  ),
})

type Model = (typeof ingress extends fc.Arbitrary<infer T> ? T : never)[]
type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never

function textOf(model: Model): string {
  return documents(
    ...model.flatMap(({ rules, annotations, canary, hasTls, created }, index) => {
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
        ...(hasTls && hosts.length > 0 && { tls: [{ hosts }] }),
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

async function explained({ method, host, path, headers }: Asked, proxy: TestProxy): Promise<Explanation> {
  const url = `http://${host}:${proxy.httpPort}${path}`
  const asked = readAskedRequest({ method, url, headers: Object.entries(headers) })
  if ('problem' in asked) throw new Error(asked.problem)
  const rehearsal = rehearse(proxy.changes[0]!.table, { httpsPort: proxy.httpsPort })
  try {
    return await explain(asked.value, rehearsal)
  } finally {
    rehearsal.close()
  }
}

/** What can be seen of an outcome from outside. */
function seen(response: TestResponse): object {
  if (response.status !== 200 || response.headers['content-type'] !== 'application/json')
    return { status: response.status, location: response.headers.location }
  const { backend, url } = response.echo()
  return { backend, url }
}

function foretold({ outcome }: Explanation): object {
  const { kind, status, location, service, target } = outcome
  if (kind !== 'forwarded') return { status, location }
  return { backend: /\/(.*):/.exec(service!)![1], url: target }
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
  const { text } = await startEchoServices(...services)
  await fc.assert(
    fc.asyncProperty(
      fc.array(ingress, { minLength: 1, maxLength: 5 }),
      fc.array(request, { minLength: 12, maxLength: 12 }),
      async (model, requests) => {
        const proxy = await startProxy({ files: { 'rules.yaml': documents(textOf(model), text) } })
        await Promise.all(
          requests.map(async asked => {
            const { method, host, path, headers } = asked
            const to = { port: proxy.httpPort, host: `${host}:${proxy.httpPort}`, path, method, headers }
            const [explanation, response] = [await explained(asked, proxy), await fetchFrom(to)]
            expect({ asked, ...seen(response) }).toEqual({ asked, ...foretold(explanation) })
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
