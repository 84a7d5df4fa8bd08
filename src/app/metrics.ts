// Puts together what `/metrics` shows.
import { hostname } from 'node:os'
import { type Controller, configFamilies } from '../metrics/config-families.ts'
import type { Counters } from '../metrics/counters.ts'
import { createExposition, type Exposition } from '../metrics/exposition.ts'
import { type Family, labelText } from '../metrics/family.ts'
import { type ProcessFigures, processFamilies } from '../metrics/process-families.ts'
import { type ProxyFigures, proxyFamilies } from '../metrics/proxy-families.ts'
import { requestFamilies } from '../metrics/request-families.ts'
import type { RoutingTable } from '../routing/table.ts'
import { createTableFigures } from './table-figures.ts'
import { readVersion } from './version.ts'

/** What metrics are made of. */
export interface MetricsSources {
  readonly counters: Counters
  readonly live: ProcessFigures & ProxyFigures
  /** The one that serves. */
  readonly table: () => RoutingTable
  readonly controller: Controller
}

/** All metrics there are, in the order they are shown. */
export function metricFamilies({ counters, live, table, controller }: MetricsSources): Family[] {
  const { className, namespace, pod } = controller
  const common = labelText({
    controller_class: className,
    controller_namespace: namespace,
    controller_pod: pod,
  })
  const build = { version: readVersion(), nodeVersion: process.versions.node }
  return [
    ...requestFamilies(counters.series, common),
    ...configFamilies(counters.reloads, createTableFigures(table), controller, build, common),
    ...proxyFamilies(counters, live),
    ...processFamilies(counters, live, common),
  ]
}

/** The exposition of all metrics. */
export function createMetrics(sources: MetricsSources): Exposition {
  return createExposition(metricFamilies(sources))
}

/**
 * Who serves, for labels that dashboards choose by. In a cluster the environment says so, as it does to ingress-nginx; elsewhere
 * it is this machine. `ingressClasses`: those that were asked for.
 */
export function controllerOf(ingressClasses: readonly string[], environment = process.env): Controller {
  return {
    className: ingressClasses.join(',') || 'portico',
    namespace: environment.POD_NAMESPACE || 'default',
    pod: environment.POD_NAME || hostname(),
  }
}
