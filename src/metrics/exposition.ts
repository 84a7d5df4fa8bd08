// The counters as Prometheus text. Asked a few times a minute; reads what was counted and counts nothing itself.
import { Counter, Gauge, Registry } from 'prom-client'
import type { Counters } from './counters.ts'
import { countOpenDescriptors } from './descriptors.ts'

/** What is asked for at the moment it is shown. */
export interface LiveFigures {
  readonly openClientConnections: () => number
  readonly openEndpointConnections: () => { readonly idle: number; readonly busy: number }
  readonly endpointsPassedOver: () => number
  /** By health checks or outlier detection of one upstream. */
  readonly endpointsLeftOut: () => number
  /** `undefined` when the system does not say. */
  readonly descriptorLimit: number | undefined
}

/** Renders metrics. */
export interface Exposition {
  readonly contentType: string
  render(): Promise<string>
}

/** Labels and a value each; labels in the order they were named. */
type Samples = () => Iterable<readonly [labels: readonly (string | number)[], value: number]>

/** Creates the exposition of a process. */
export function createExposition(counters: Counters, live: LiveFigures): Exposition {
  const registry = new Registry()
  addRequestMetrics(registry, counters)
  addUpstreamMetrics(registry, counters, live)
  addConnectionMetrics(registry, counters, live)
  addDescriptorMetrics(registry, live)
  return { contentType: registry.contentType, render: () => registry.metrics() }
}

function addRequestMetrics(registry: Registry, counters: Counters): void {
  add(
    registry,
    Counter,
    'portico_requests_total',
    "Requests that have ended, by status class and by why it was not the backend's whole answer (empty: it was).",
    ['status_class', 'cause'],
    () => [...counters.requests()].map(([statusClass, cause, count]) => [[statusClass, cause], count]),
  )
  add(
    registry,
    Counter,
    'portico_requests_refused_total',
    'Requests refused while their head was read.',
    ['status'],
    () => byLabel(counters.refusedHeads.entries()),
  )
  add(
    registry,
    Counter,
    'portico_client_aborts_total',
    'Requests whose client was gone before the response had ended.',
    ['reason'],
    () => byLabel(counters.clientAborts.entries()),
  )
  add(
    registry,
    Counter,
    'portico_policy_events_total',
    'What policies did: requests to auth services by result, copies for mirrors by fate, faults injected, health checks, refusals of circuit breakers and retry budgets, requests that waited.',
    ['policy', 'event'],
    () => Array.from(counters.policyEvents.entries(), ([key, count]) => [key.split(' '), count]),
  )
  add(
    registry,
    Counter,
    'portico_access_log_lines_dropped_total',
    'Access log lines that were not taken in time.',
    [],
    () => [[[], counters.logLinesDropped]],
  )
  add(
    registry,
    Counter,
    'portico_trace_spans_total',
    'Spans by what became of them: sent, failed (the collector did not take them), dropped (the queue was full).',
    ['outcome'],
    () => byLabel(counters.spans.entries()),
  )
}

function addUpstreamMetrics(registry: Registry, counters: Counters, live: LiveFigures): void {
  add(
    registry,
    Counter,
    'portico_upstream_attempts_total',
    'Attempts to have a request answered by an endpoint.',
    [],
    () => [[[], counters.attempts]],
  )
  add(
    registry,
    Counter,
    'portico_upstream_attempt_failures_total',
    'Attempts that gave no whole response.',
    ['failure'],
    () => byLabel(counters.failedAttempts.entries()),
  )
  add(
    registry,
    Counter,
    'portico_upstream_retries_total',
    'Requests sent once more, by what the attempt before had ended with.',
    ['reason'],
    () => byLabel(counters.retries.entries()),
  )
  add(
    registry,
    Counter,
    'portico_upstream_ejections_total',
    'How often an endpoint began to be passed over.',
    ['reason'],
    () => byLabel(counters.ejections.entries()),
  )
  add(registry, Gauge, 'portico_upstream_endpoints_ejected', 'Endpoints passed over now.', [], () => [
    [[], live.endpointsPassedOver()],
  ])
  add(
    registry,
    Gauge,
    'portico_upstream_endpoints_left_out',
    'Endpoints that a backend leaves out now for its health checks or outlier detection.',
    [],
    () => [[[], live.endpointsLeftOut()]],
  )
}

function addConnectionMetrics(registry: Registry, counters: Counters, live: LiveFigures): void {
  add(registry, Counter, 'portico_connections_accepted_total', 'Client connections taken.', [], () => [
    [[], counters.connectionsAccepted],
  ])
  add(
    registry,
    Counter,
    'portico_connections_dropped_total',
    'Client connections closed at once because there were too many.',
    [],
    () => [[[], counters.connectionsDropped]],
  )
  add(registry, Gauge, 'portico_client_connections', 'Open client connections.', [], () => [
    [[], live.openClientConnections()],
  ])
  add(registry, Gauge, 'portico_upstream_connections', 'Open connections to endpoints.', ['state'], () =>
    byLabel(Object.entries(live.openEndpointConnections())),
  )
}

function addDescriptorMetrics(registry: Registry, live: LiveFigures): void {
  add(registry, Gauge, 'process_open_fds', 'Open file descriptors.', [], () => {
    const count = countOpenDescriptors()
    return count === undefined ? [] : [[[], count]]
  })
  add(registry, Gauge, 'process_max_fds', 'Limit of open file descriptors.', [], () =>
    live.descriptorLimit === undefined ? [] : [[[], live.descriptorLimit]],
  )
}

function byLabel(
  entries: Iterable<readonly [string | number, number]>,
): (readonly [(string | number)[], number])[] {
  return [...entries].map(([label, count]) => [[label], count])
}

function add(
  registry: Registry,
  Metric: typeof Counter | typeof Gauge,
  name: string,
  help: string,
  labelNames: string[],
  samples: Samples,
): void {
  new Metric({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of samples()) this.labels(...labels.map(String)).inc(value)
    },
  })
}
