// Puts the parts that all requests share together.
import type { Counters } from '../metrics/counters.ts'
import { buildMatcher } from '../routing/matcher.ts'
import type { RoutingTable } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { HttpDate } from './http-date.ts'
import type { ProxyContext } from './proxy-context.ts'
import { RequestIds } from './request-ids.ts'

const emptyTable: RoutingTable = {
  hosts: [],
  defaultUpstream: undefined,
  upstreams: new Map(),
  certificates: { exact: new Map(), wildcard: new Map(), default: undefined },
}

/** A proxy without routes: everything gets 404 until a table goes live. */
export function createProxyContext(
  deadlines: Deadlines,
  counters: Counters,
  upstreams: Upstreams,
  via: string,
): ProxyContext {
  return {
    live: { table: emptyTable, matcher: buildMatcher(emptyTable) },
    upstreams,
    deadlines,
    counters,
    requestIds: new RequestIds(),
    httpDate: new HttpDate(),
    httpsPort: 443,
    via,
    observers: [],
    random: Math.random,
  }
}
