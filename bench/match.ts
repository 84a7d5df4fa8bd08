// How long matching one request takes at 10 to 100,000 rules.
// Run: node bench/match.ts

import { createCompiler } from '../src/compile/compile.ts'
import { buildMatcher, findHost, type Matcher, match } from '../src/routing/matcher.ts'
import { normalizePath } from '../src/routing/normalize-path.ts'
import { ingress, resourceSet } from '../test/support/resources.ts'
import { medianMs, printResult, printRuntime } from './median.ts'

const rulesPerHost = 10
const requests = 100_000

/** Ten paths per host, of three kinds. */
function buildRules(count: number): Matcher {
  const hosts = Array.from({ length: count / rulesPerHost }, (_, host) => {
    const paths = Array.from(
      { length: rulesPerHost },
      (_, path) => `${path % 2 === 0 ? 'P' : 'E'} /team/service-${path} app:80`,
    )
    return ingress({ name: `web-${host}`, rules: { [`host-${host}.example.com`]: paths } })
  })
  const options = {
    ingressClasses: [],
    namespace: undefined,
    defaultBackendService: undefined,
    defaultSslCertificate: undefined,
    configMap: undefined,
    endpointMaps: [],
  }
  return buildMatcher(createCompiler(options).compile(resourceSet(...hosts)).table)
}

function buildRequests(rules: number): { host: string; path: string }[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    host: `host-${(index * 7919) % (rules / rulesPerHost)}.example.com`,
    path: `/team/service-${index % rulesPerHost}${index % 2 === 0 ? '/items/42' : ''}`,
  }))
}

/** Only rules with conditions look at it, and these have none. */
const facts = { method: 'GET', target: '/', header: () => undefined }

function matchAll(matcher: Matcher, list: readonly { host: string; path: string }[]): number {
  let matched = 0
  for (let i = 0; i < requests; i++) {
    const { host, path } = list[i % list.length]!
    const normal = normalizePath(path)
    if (normal !== undefined && match(findHost(matcher, host)!, normal, facts)?.kind !== undefined) matched++
  }
  return matched
}

printRuntime()
for (const rules of [10, 1_000, 100_000]) {
  const matcher = buildRules(rules)
  const list = buildRequests(rules)
  if (matchAll(matcher, list) !== requests) throw new Error('a request found no route')
  const ms = medianMs(
    15,
    () => list,
    list => matchAll(matcher, list),
  )
  printResult(`normalize and match at ${rules} rules`, (ms * 1000) / requests, 0.5, 'µs')
}
