// Random manifests and requests that have much to do with each other, for properties that hold for any of them: few hosts,
// paths and Services, and the annotations that decide about requests.
import fc from 'fast-check'
import { documents, ingressText, serviceText } from './manifest-text.ts'

export interface ModelIngress {
  readonly created: number
  /** Host (empty for none), pathType, path, Service. */
  readonly rules: readonly (readonly [host: string, pathType: string, path: string, service: string])[]
  readonly defaultBackend: string | undefined
  readonly hasTls: boolean
  readonly annotations: Readonly<Record<string, string>>
}

export interface ModelManifests {
  readonly ingresses: readonly ModelIngress[]
}

/** Service → its endpoint; the last one has none, and `lost` does not exist. */
const services: Readonly<Record<string, readonly string[]>> = {
  a: ['127.0.0.1:1'],
  b: ['127.0.0.1:2'],
  c: ['127.0.0.1:3'],
  idle: [],
}

const nginx = 'nginx.ingress.kubernetes.io/'

/** Each with values of which one may be refused. */
const annotations: Readonly<Record<string, readonly string[]>> = {
  [`${nginx}ssl-redirect`]: ['true', 'false'],
  [`${nginx}force-ssl-redirect`]: ['true'],
  [`${nginx}use-regex`]: ['true'],
  [`${nginx}rewrite-target`]: ['/', '/new/$1'],
  [`${nginx}app-root`]: ['/home'],
  [`${nginx}permanent-redirect`]: ['https://else.test/'],
  [`${nginx}allowlist-source-range`]: ['10.0.0.0/8', '127.0.0.0/8', 'nonsense'],
  [`${nginx}denylist-source-range`]: ['127.0.0.1'],
  [`${nginx}proxy-body-size`]: ['1k'],
  [`${nginx}enable-cors`]: ['true'],
  [`${nginx}server-alias`]: ['alias.test', '~^v\\d\\.x\\.test'],
  [`${nginx}from-to-www-redirect`]: ['true'],
  [`${nginx}proxy-read-timeout`]: ['5'],
  [`${nginx}auth-url`]: ['http://auth.test/', 'no url'],
  'portico/match-headers': ['x-team=a', 'x-team'],
  'portico/match-methods': ['POST'],
  'portico/variant': ['main', 'next'],
}

const canaries: Readonly<Record<string, readonly string[]>> = {
  [`${nginx}canary-weight`]: ['10', '60', '100'],
  [`${nginx}canary-by-header`]: ['x-canary'],
  [`${nginx}canary-by-header-value`]: ['yes'],
  [`${nginx}canary-by-cookie`]: ['stay'],
}

function someOf(table: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Record<string, string>> {
  const entry = fc
    .constantFrom(...Object.keys(table))
    .chain(key => fc.constantFrom(...table[key]!).map(value => [key, value] as const))
  return fc.array(entry, { maxLength: 2 }).map(entries => Object.fromEntries(entries))
}

const host = fc.constantFrom('', 'x.test', '*.x.test', 'y.x.test')
const path = fc.constantFrom('/', '/p', '/p/', '/p/q', '/q', '/P', '/p/(.*)', '/(p|q)/x')
const service = fc.constantFrom('a', 'b', 'c', 'idle', 'lost')
const pathType = fc.constantFrom('Exact', 'Prefix', 'ImplementationSpecific')

const anyIngress: fc.Arbitrary<ModelIngress> = fc
  .record({
    created: fc.nat(3),
    rules: fc.array(fc.tuple(host, pathType, path, service), { maxLength: 4 }),
    defaultBackend: fc.option(service, { nil: undefined, freq: 3 }),
    hasTls: fc.boolean(),
    annotations: someOf(annotations),
    canary: fc.option(someOf(canaries), { nil: undefined, freq: 3 }),
  })
  .filter(({ rules, defaultBackend }) => rules.length > 0 || defaultBackend !== undefined)
  .map(({ canary, annotations, ...rest }) => ({
    ...rest,
    annotations:
      canary === undefined ? annotations : { ...annotations, [`${nginx}canary`]: 'true', ...canary },
  }))

/** Up to six Ingresses; those that are wrong in part are dropped in part. */
export const anyManifests: fc.Arbitrary<ModelManifests> = fc.record({
  ingresses: fc.array(anyIngress, { maxLength: 6 }),
})

/** A request that some of the rules may take. */
export const anyRequest = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'OPTIONS'),
    scheme: fc.constantFrom('http', 'https'),
    host: fc.constantFrom(
      'x.test',
      'y.x.test',
      'z.x.test',
      'alias.test',
      'v1.x.test',
      'www.x.test',
      'else.test',
    ),
    path: fc.constantFrom(
      '/',
      '/p',
      '/p/',
      '/p/q',
      '/p/q/r',
      '/pq',
      '/P',
      '/q',
      '/q/x',
      '/p/../q',
      '/%70',
      '/healthz',
    ),
    headers: fc.subarray(
      [
        ['X-Team', 'a'],
        ['X-Team', 'b'],
        ['X-Canary', 'always'],
        ['X-Canary', 'yes'],
        ['Cookie', 'stay=always'],
        ['Cookie', 'stay=never'],
        ['Origin', 'https://x.test'],
      ] as const,
      { maxLength: 2 },
    ),
  })
  .map(({ scheme, host, path, ...rest }) => ({ ...rest, url: `${scheme}://${host}${path}` }))

/** As YAML. */
export function manifestsText({ ingresses }: ModelManifests): string {
  const serviceTexts = Object.entries(services).map(([name, endpoints]) =>
    serviceText(name, endpoints.length === 0 ? {} : { endpoints }),
  )
  return documents(...serviceTexts, ...ingresses.map(textOf))
}

function textOf(
  { created, rules, defaultBackend, hasTls, annotations }: ModelIngress,
  index: number,
): string {
  const byHost = Map.groupBy(rules, ([host]) => host)
  const texts = [...byHost].map(
    ([host, list]) => [host, list.map(([, type, path, to]) => `${type} ${path} ${to}:80`)] as const,
  )
  return ingressText({
    name: `i${index}`,
    created: `2026-01-0${created + 1}T00:00:00Z`,
    annotations,
    ...(rules.length > 0 && { rules: Object.fromEntries(texts) }),
    ...(defaultBackend !== undefined && { defaultBackend: `${defaultBackend}:80` }),
    ...(hasTls && { tls: [{ hosts: ['x.test', '*.x.test'] }] }),
  })
}
