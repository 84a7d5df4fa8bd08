// Metrics of what the proxy did, and of the connections it holds.
import type { Counters } from './counters.ts'
import { type Entry, type Family, plainFamily, singleFamily } from './family.ts'

/** What is asked for at the moment it is shown. */
export interface ProxyFigures {
  readonly openClientConnections: () => number
  readonly openEndpointConnections: () => ConnectionCounts
  /** By `address:port`; without those that have none. */
  readonly connectionsByEndpoint: () => Iterable<readonly [endpoint: string, ConnectionCounts]>
  readonly endpointsPassedOver: () => number
  /** By health checks or outlier detection of one upstream. */
  readonly endpointsLeftOut: () => number
  readonly endpointsDrained: () => number
}

/** Open connections; the busy ones have a request under way. */
export interface ConnectionCounts {
  readonly idle: number
  readonly busy: number
}

/** The causes under which limits for clients refuse requests. */
const limits = ['limit-rps', 'limit-rpm', 'limit-connections']

/** Portico's own metrics of requests, attempts and connections. */
export function proxyFamilies(counters: Counters, live: ProxyFigures): Family[] {
  return [
    ...requestFamilies(counters),
    ...upstreamFamilies(counters, live),
    ...connectionFamilies(counters, live),
  ]
}

function requestFamilies(counters: Counters): Family[] {
  return [
    plainFamily(
      'counter',
      'portico_requests_total',
      "Requests that have ended, by status class and by why it was not the backend's whole answer (empty: it was).",
      ['status_class', 'cause'],
      () => [...counters.requests()].map(([statusClass, cause, count]) => [[statusClass, cause], count]),
    ),
    singleFamily(
      'gauge',
      'portico_requests_in_flight',
      'Requests that are under way.',
      () => counters.requestsInFlight,
    ),
    plainFamily(
      'counter',
      'portico_requests_refused_total',
      'Requests refused while their head was read.',
      ['status'],
      () => byLabel(counters.refusedHeads.entries()),
    ),
    plainFamily(
      'counter',
      'portico_requests_limited_total',
      'Requests refused because their client had sent too many, or had too many under way.',
      ['limit'],
      () => limits.map(limit => [[limit], counters.requestsCausedBy(limit)]),
    ),
    plainFamily(
      'counter',
      'portico_client_aborts_total',
      'Requests whose client was gone before the response had ended.',
      ['reason'],
      () => byLabel(counters.clientAborts.entries()),
    ),
    plainFamily(
      'counter',
      'portico_policy_events_total',
      'What policies did: requests to auth services by result, copies for mirrors by fate, faults injected, health checks, refusals of circuit breakers and retry budgets, requests that waited.',
      ['policy', 'event'],
      () => Array.from(counters.policyEvents.entries(), ([key, count]) => [key.split(' '), count]),
    ),
    singleFamily(
      'counter',
      'portico_access_log_lines_dropped_total',
      'Access log lines that were not taken in time.',
      () => counters.logLinesDropped,
    ),
    plainFamily(
      'counter',
      'portico_trace_spans_total',
      'Spans by what became of them: sent, failed (the collector did not take them), dropped (the queue was full).',
      ['outcome'],
      () => byLabel(counters.spans.entries()),
    ),
  ]
}

function upstreamFamilies(counters: Counters, live: ProxyFigures): Family[] {
  return [
    singleFamily(
      'counter',
      'portico_upstream_attempts_total',
      'Attempts to have a request answered by an endpoint.',
      () => counters.attempts,
    ),
    plainFamily(
      'counter',
      'portico_upstream_attempt_failures_total',
      'Attempts that gave no whole response.',
      ['failure'],
      () => byLabel(counters.failedAttempts.entries()),
    ),
    plainFamily(
      'counter',
      'portico_upstream_retries_total',
      'Requests sent once more, by what the attempt before had ended with.',
      ['reason'],
      () => byLabel(counters.retries.entries()),
    ),
    plainFamily(
      'counter',
      'portico_upstream_ejections_total',
      'How often an endpoint began to be passed over.',
      ['reason'],
      () => byLabel(counters.ejections.entries()),
    ),
    singleFamily('gauge', 'portico_upstream_endpoints_ejected', 'Endpoints passed over now.', () =>
      live.endpointsPassedOver(),
    ),
    singleFamily(
      'gauge',
      'portico_upstream_endpoints_left_out',
      'Endpoints that a backend leaves out now for its health checks or outlier detection.',
      () => live.endpointsLeftOut(),
    ),
    singleFamily(
      'gauge',
      'portico_upstream_endpoints_drained',
      'Endpoints that somebody has drained by the admin API; they get no new requests until they are taken in again.',
      () => live.endpointsDrained(),
    ),
  ]
}

function connectionFamilies(counters: Counters, live: ProxyFigures): Family[] {
  return [
    singleFamily(
      'counter',
      'portico_connections_accepted_total',
      'Client connections taken.',
      () => counters.connectionsAccepted,
    ),
    singleFamily(
      'counter',
      'portico_connections_dropped_total',
      'Client connections closed at once because there were too many.',
      () => counters.connectionsDropped,
    ),
    singleFamily('gauge', 'portico_client_connections', 'Open client connections.', () =>
      live.openClientConnections(),
    ),
    plainFamily('gauge', 'portico_upstream_connections', 'Open connections to endpoints.', ['state'], () => {
      const { idle, busy } = live.openEndpointConnections()
      return byLabel(Object.entries({ idle, busy }))
    }),
    plainFamily(
      'gauge',
      'portico_endpoint_connections',
      'Open connections to each endpoint that has any; busy ones have a request under way.',
      ['endpoint', 'state'],
      function* () {
        for (const [endpoint, { idle, busy }] of live.connectionsByEndpoint()) {
          yield [[endpoint, 'idle'], idle]
          yield [[endpoint, 'busy'], busy]
        }
      },
    ),
  ]
}

function byLabel(entries: Iterable<readonly [string | number, number]>): Entry[] {
  return Array.from(entries, ([label, count]) => [[label], count])
}
