// How long compiling takes after parsing: 10,000 Ingresses from scratch, and one changed among them.
// Run: node bench/compile.ts

import { createCompiler } from '../src/compile/compile.ts'
import type { CompileOptions } from '../src/compile/options.ts'
import type { Resource } from '../src/resources/resource.ts'
import { buildMatcher, findHost, match } from '../src/routing/matcher.ts'
import { ingress, resourceSet, service, slice } from '../test/support/resources.ts'
import { medianMs, printResult, printRuntime } from './median.ts'

const count = 10_000
const options: CompileOptions = {
  ingressClasses: [],
  namespace: undefined,
  defaultBackendService: undefined,
  defaultSslCertificate: undefined,
  configMap: undefined,
  endpointMaps: [],
}

function buildIngress(index: number, paths: readonly string[]): Resource {
  return ingress({ name: `web-${index}`, rules: { [`host-${index}.example.com`]: paths } })
}

function buildResources(): Resource[] {
  return Array.from({ length: count }, (_, index) => [
    buildIngress(index, [`P / app-${index}:80`, `P /api app-${index}:80`]),
    service({ name: `app-${index}` }),
    slice(`app-${index}`, ['127.0.0.1', '127.0.0.2']),
  ]).flat()
}

printRuntime()
const fromScratch = medianMs(
  9,
  () => resourceSet(...buildResources()),
  snapshot => createCompiler(options).compile(snapshot),
)
printResult(`compile ${count} Ingresses from scratch`, fromScratch, 200, 'ms')

const rounds = 15
const compiler = createCompiler(options)
const resources = buildResources()
let { table } = compiler.compile(resourceSet(...resources))
let matcher = buildMatcher(table)
// All snapshots are made beforehand: the garbage of making them is not compile's.
const snapshots = Array.from({ length: rounds }, (_, round) => {
  resources[0] = buildIngress(0, [`P /round-${round} app-0:80`])
  resources[4] = service({ name: 'app-1', annotations: { 'portico/endpoints': `${3000 + round}` } })
  return resourceSet(...resources)
})
const oneChanged = medianMs(
  rounds,
  () => snapshots.shift()!,
  snapshot => {
    table = compiler.compile(snapshot).table
    matcher = buildMatcher(table, matcher)
  },
)
/** Only rules with conditions look at it, and these have none. */
const facts = { method: 'GET', target: '/', header: () => undefined }
if (match(findHost(matcher, 'host-0.example.com')!, `/round-${rounds - 1}`, facts) === undefined) {
  throw new Error('the change is not in the table')
}
if (match(findHost(matcher, `host-${count - 1}.example.com`)!, '/api/x', facts)?.path !== '/api') {
  throw new Error('a route is missing')
}
printResult('one Ingress and one Service changed, with matcher', oneChanged, 20, 'ms')
