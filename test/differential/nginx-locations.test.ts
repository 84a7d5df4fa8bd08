// What `check --compat` says of nginx's choice among locations, against nginx itself: random hosts with the locations that
// ingress-nginx would write for them, asked for many paths. How the controller makes locations of rules is read from its source;
// what nginx makes of locations is tried here.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  matchAsNginx,
  type NginxMatch,
  type NginxServer,
  nginxServerOf,
} from '../../src/compat/nginx-locations.ts'
import { createCompiler } from '../../src/compile/compile.ts'
import type { PathType } from '../../src/resources/ingress.ts'
import { buildMatcher } from '../../src/routing/matcher.ts'
import type { Route } from '../../src/routing/table.ts'
import { compileOptions } from '../support/compile.ts'
import { matchIn } from '../support/match-in.ts'
import { hasNginx, startNginx } from '../support/nginx.ts'
import { readManifest } from '../support/read-manifest.ts'

interface Rule {
  readonly path: string
  readonly pathType: PathType
  readonly isRegex: boolean
}

const plainPaths = ['/', '/foo', '/foo/', '/FOO', '/foo/bar', '/foo/bar/', '/foobar', '/f', '/v1.0']
const patterns = ['/foo(/|$)(.*)', '/[a-z]{3}', '/foo/.*', '/.*bar', '/(?:f|v)[0-9.]*$', '/foo/bar/[a-z]{3}']
const plainRule = fc.record({
  path: fc.constantFrom(...plainPaths),
  pathType: fc.constantFrom<PathType>('Exact', 'Prefix', 'ImplementationSpecific'),
  isRegex: fc.constant(false),
})
const regexRule = fc.record({
  path: fc.constantFrom(...plainPaths, ...patterns),
  pathType: fc.constant<PathType>('ImplementationSpecific'),
  isRegex: fc.constant(true),
})
const rules: fc.Arbitrary<readonly Rule[]> = fc.oneof(
  fc.array(plainRule, { minLength: 1, maxLength: 6 }),
  fc.array(fc.oneof(plainRule, regexRule), { minLength: 1, maxLength: 6 }),
)
const paths =
  `/ /foo /foo/ /Foo /FOO /fooo /foo/bar /foo/bar/ /foo/barx /foo/bar/abc /foobar /foobar/ /f /fo /v1.0 /v1x0 /v2
  /x /foo/x/bar /bar /abar /abc /ABCD`.split(/\s+/)

test('without regexes nginx takes what we take, but for paths that lack their last slash', () => {
  for (const rules of fc.sample(fc.array(plainRule, { minLength: 1, maxLength: 6 }), {
    seed: 7,
    numRuns: 300,
  })) {
    const { server, matcher } = serverOf('h.example.com', rules)
    if (isRefused(server)) continue
    for (const path of paths) {
      const found = matchAsNginx(server, path)
      if ('redirectTo' in found) expect(rules.map(({ path }) => path)).toContain(found.redirectTo)
      else
        expect(found.route?.id, `${path} of ${JSON.stringify(rules)}`).toBe(
          matchIn(matcher, 'h.example.com', path)?.id,
        )
    }
  }
})

test.skipIf(!hasNginx)('the model of nginx takes the location that nginx takes', async () => {
  const servers = fc
    .sample(rules, { seed: 6, numRuns: 150 })
    .map((rules, index) => serverOf(`h${index}.example.com`, rules))
    .filter(({ server }) => !isRefused(server))
  expect(servers.length).toBeGreaterThan(50)
  expect(servers.filter(({ server }) => server.regexBy === undefined).length).toBeGreaterThan(20)
  const ask = await startNginx(servers.map(({ host, server }) => renderServer(host, server)))
  for (const { host, server } of servers) {
    const answers = await Promise.all(paths.map(path => ask(host, path)))
    const found = answers.map(({ status, location, body }) =>
      status === 301 ? `301 ${new URL(location!).pathname}` : body,
    )
    const expected = paths.map(path => describe(server, matchAsNginx(server, path)))
    expect(found, locationTexts(server).join('\n')).toEqual(expected)
  }
})

function serverOf(host: string, rules: readonly Rule[]) {
  const { resources } = readManifest(rules.map((rule, index) => manifestOf(host, rule, index)).join('---\n'))
  const { table } = createCompiler(compileOptions()).compile(resources)
  const hostRoutes = table.hosts.find(routes => routes.host === host)!
  const types = new Map(
    resources.ingresses.flatMap(({ rules }) =>
      rules.flatMap(({ paths = [] }) => paths.map(({ place, pathType }) => [place, pathType] as const)),
    ),
  )
  const server = nginxServerOf(hostRoutes, ({ origin }: Route) => types.get(origin.place))
  return { host, server, matcher: buildMatcher(table) }
}

function manifestOf(host: string, { path, pathType, isRegex }: Rule, index: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: i${index}, annotations: { nginx.ingress.kubernetes.io/use-regex: "${isRegex}" } }
spec:
  rules:
    - host: ${host}
      http:
        paths:
          - { path: '${path}', pathType: ${pathType}, backend: { service: { name: web, port: { number: 80 } } } }
`
}

/** nginx does not start with the same location twice, which `/foo` and `/foo/` come to. */
function isRefused(server: NginxServer): boolean {
  return new Set(locationTexts(server)).size < server.locations.length
}

function renderServer(host: string, server: NginxServer): string {
  const locations = server.locations.map(
    ({ route }, index) =>
      `location ${locationTexts(server)[index]} { proxy_set_header X-Location ${idOf(server, route)}; proxy_pass http://echo; }`,
  )
  return `server { server_name ${host}; ${locations.join('\n')} }`
}

/** As the controller's template writes them. */
function locationTexts({ locations }: NginxServer): string[] {
  return locations.map(({ kind, path }) =>
    kind === 'regex' ? `~* "^${path}"` : kind === 'exact' ? `= ${path}` : path,
  )
}

function describe(server: NginxServer, match: NginxMatch): string {
  return 'redirectTo' in match ? `301 ${match.redirectTo}` : idOf(server, match.route)
}

/** Of a rule, by its first location; the default backend has one of its own. */
function idOf({ locations }: NginxServer, route: Route | undefined): string {
  return `location-${locations.findIndex(location => location.route === route)}`
}
