// What metrics cost: counting one request, and showing 10,000 routes that all have traffic.
// Run: node --expose-gc bench/metrics.ts
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { metricFamilies } from '../src/app/metrics.ts'
import { createTableFigures } from '../src/app/table-figures.ts'
import { createCompiler } from '../src/compile/compile.ts'
import { Counters } from '../src/metrics/counters.ts'
import { createExposition } from '../src/metrics/exposition.ts'
import type { RequestFigures } from '../src/metrics/request-series.ts'
import { labelsUnder, seriesOf } from '../src/proxy/route-series.ts'
import type { RoutingTable } from '../src/routing/table.ts'
import { ingress, resourceSet } from '../test/support/resources.ts'
import { medianMs, printResult, printRuntime } from './median.ts'

const routes = 10_000
const requests = 1_000_000

const answered: RequestFigures = {
  status: 200,
  method: 'GET',
  durationMs: 1.2,
  responseMs: 1.2,
  headerMs: 1.1,
  connectMs: 0,
  requestBytes: 55,
  responseBytes: 200,
}

function compileTable(): RoutingTable {
  const ingresses = Array.from({ length: routes }, (_, index) =>
    ingress({
      name: `web-${index}`,
      namespace: `team-${index % 50}`,
      rules: { [`host-${index}.example.com`]: ['P / app:80'] },
    }),
  )
  const options = {
    ingressClasses: [],
    namespace: undefined,
    defaultBackendService: undefined,
    defaultSslCertificate: undefined,
    configMap: undefined,
    endpointMaps: [],
  }
  return createCompiler(options).compile(resourceSet(...ingresses)).table
}

function count({ series }: Counters, table: RoutingTable, times: number): void {
  for (let i = 0; i < times; i++) {
    const { routes } = table.hosts[i % table.hosts.length]!
    // Times that differ, as they do.
    const durationMs = 0.2 + (i % 64) / 16
    series.total.add(200, durationMs)
    seriesOf(series, routes[0], undefined).add({ ...answered, durationMs, responseMs: durationMs })
  }
}

async function show(counters: Counters, table: RoutingTable) {
  const none = () => 0
  const live = {
    openClientConnections: none,
    openEndpointConnections: () => ({ idle: 0, busy: 0 }),
    connectionsByEndpoint: () => [],
    endpointsPassedOver: none,
    endpointsLeftOut: none,
    endpointsDrained: none,
    descriptorLimit: 1024,
  }
  const controller = { className: 'portico', namespace: 'default', pod: 'bench-0' }
  const exposition = createExposition(metricFamilies({ counters, live, table: () => table, controller }))
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const cpu = process.cpuUsage()
  const start = performance.now()
  let bytes = 0
  for await (const piece of exposition.render(undefined).pieces) bytes += Buffer.byteLength(piece)
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  delays.disable()
  return { ms, cpuMs: (user + system) / 1000, mb: bytes / 1e6, worstMs: delays.max / 1e6 }
}

printRuntime()
const table = compileTable()
const one: RoutingTable = { ...table, hosts: table.hosts.slice(0, 1) }
const few = new Counters()
count(few, one, requests)
const ms = medianMs(
  15,
  () => few,
  counters => count(counters, one, requests),
)
printResult('count one request', (ms * 1e6) / requests, 100, 'ns')

globalThis.gc?.()
const before = process.memoryUsage()
const counters = new Counters()
counters.series.follow(() => labelsUnder(table))
count(counters, table, 3 * routes)
globalThis.gc?.()
const after = process.memoryUsage()
const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
printResult(`memory of ${routes} routes with traffic`, bytes / 1e6, 100, 'MB')

const hashMs = medianMs(
  1,
  () => createTableFigures(() => table),
  figures => figures.hash(),
)
printResult(`hash of the configuration, ${routes} routes`, hashMs, 50, 'ms')
for (let round = 0; round < 2; round++) {
  const shown = await show(counters, table)
  printResult(`show ${routes} routes: ${shown.mb.toFixed(0)} MB of text`, shown.ms, 1_000, 'ms')
  printResult('  processor time', shown.cpuMs, 1_000, 'ms')
  printResult('  longest wait of others', shown.worstMs, 50, 'ms')
}
