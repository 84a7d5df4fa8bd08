// Random manifests through reading, compiling and matching, held against the rules of the Ingress API written down as
// plainly as possible. No sockets: those are covered beside this file.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCompiler } from '../../src/compile/compile.ts'
import { buildMatcher } from '../../src/routing/matcher.ts'
import { documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { matchIn } from '../support/match-in.ts'
import { readManifest } from '../support/read-manifest.ts'

type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'

interface ModelRule {
  readonly host: string
  readonly path: string
  readonly pathType: PathType
  readonly service: string
}

interface ModelIngress {
  readonly created: number | undefined
  readonly rules: readonly ModelRule[]
  readonly defaultBackend: string | undefined
}

const services = ['a', 'b', 'c', 'd']

const host = fc.constantFrom('', 'x.com', '*.x.com', 'y.x.com', '*.y.x.com')
const path = fc
  .tuple(fc.array(fc.constantFrom('p', 'q', 'pp', 'P'), { maxLength: 3 }), fc.constantFrom('', '/'))
  .map(([segments, end]) => (segments.length === 0 ? '/' : `/${segments.join('/')}${end}`))

const rule: fc.Arbitrary<ModelRule> = fc.record({
  host,
  path,
  pathType: fc.constantFrom<PathType>('Exact', 'Prefix', 'ImplementationSpecific'),
  service: fc.constantFrom(...services),
})

const ingress: fc.Arbitrary<ModelIngress> = fc
  .record({
    created: fc.option(fc.nat(3), { nil: undefined }),
    rules: fc.array(rule, { maxLength: 5 }),
    defaultBackend: fc.option(fc.constantFrom(...services), { nil: undefined }),
  })
  // The API wants one or the other.
  .filter(({ rules, defaultBackend }) => rules.length > 0 || defaultBackend !== undefined)

function textOf({ created, rules, defaultBackend }: ModelIngress, index: number): string {
  const byHost = Map.groupBy(rules, ({ host }) => host)
  const paths = byHost
    .entries()
    .map(([host, list]) => [
      host,
      list.map(({ pathType, path, service }) => `${pathType} ${path} ${service}:80`),
    ])
  return ingressText({
    name: `ingress-${index}`,
    created: created === undefined ? undefined : `2026-01-0${created + 1}T00:00:00Z`,
    rules: rules.length === 0 ? undefined : Object.fromEntries(paths),
    defaultBackend: defaultBackend && `${defaultBackend}:80`,
  })
}

function compiled(model: readonly ModelIngress[]): (host: string, path: string) => string | undefined {
  const text = documents(
    ...model.map(textOf),
    ...services.map(name => serviceText(name, { endpoints: ['1'] })),
  )
  const compiler = createCompiler({
    ingressClasses: [],
    namespace: undefined,
    defaultBackendService: undefined,
    defaultSslCertificate: undefined,
    configMap: undefined,
    endpointMaps: [],
  })
  const matcher = buildMatcher(compiler.compile(readManifest(text).resources).table)
  return (host, path) => matchIn(matcher, host, path)?.backend?.service
}

/** The rules as the API documentation tells them. */
function reference(model: readonly ModelIngress[]): (host: string, path: string) => string | undefined {
  const ordered = model.toSorted((a, b) => (a.created ?? Infinity) - (b.created ?? Infinity) || 0)
  const hostsOf = ({ rules }: ModelIngress) => (rules.length === 0 ? [''] : rules.map(({ host }) => host))
  const hosts = new Set(ordered.flatMap(hostsOf))

  return (host, path) => {
    const wildcard = `*${host.slice(host.indexOf('.'))}`
    const chosen = [host, wildcard, ''].find(candidate => hosts.has(candidate))
    if (chosen === undefined) return undefined
    const taking = ordered.flatMap(({ rules }) =>
      rules.filter(rule => rule.host === chosen && takes(rule, path)),
    )
    const exact = taking.find(({ pathType }) => pathType === 'Exact')
    const longest = Math.max(...taking.map(({ path }) => path.length))
    const best = exact ?? taking.find(({ path }) => path.length === longest)
    const fallback = ordered.find(
      ingress => ingress.defaultBackend !== undefined && hostsOf(ingress).includes(chosen),
    )
    return best?.service ?? fallback?.defaultBackend
  }
}

function takes({ pathType, path: rulePath }: ModelRule, path: string): boolean {
  if (pathType === 'Exact') return path === rulePath
  const elements = (text: string) => text.split('/').filter(element => element !== '')
  return elements(rulePath).every((element, index) => elements(path)[index] === element)
}

test('any set of Ingresses routes any request as the API says', () => {
  const request = fc.tuple(fc.constantFrom('x.com', 'y.x.com', 'z.x.com', 'z.y.x.com', 'other.org'), path)
  fc.assert(
    fc.property(
      fc.array(ingress, { maxLength: 5 }),
      fc.array(request, { minLength: 5, maxLength: 20 }),
      (model, requests) => {
        const [real, expected] = [compiled(model), reference(model)]
        for (const [host, path] of requests) {
          expect([host, path, real(host, path)]).toEqual([host, path, expected(host, path)])
        }
      },
    ),
    { numRuns: 500 },
  )
})
