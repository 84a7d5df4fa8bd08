// Puts the parts that all requests share together.
import type { OpenStream } from '../http/client-stream.ts'
import { buildMatcher } from '../routing/matcher.ts'
import type { RoutingTable } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import { Upstreams } from '../upstreams/upstreams.ts'
import { Exchange } from './exchange.ts'
import { HttpDate } from './http-date.ts'
import type { ProxyContext } from './proxy-context.ts'
import { RequestIds } from './request-ids.ts'

const emptyTable: RoutingTable = {
  hosts: [],
  defaultUpstream: undefined,
  upstreams: new Map(),
  certificates: { exact: new Map(), wildcard: new Map(), default: undefined },
}

/** A proxy without routes: everything gets 404 until a table is swapped in. */
export function createProxyContext(deadlines: Deadlines): ProxyContext {
  return {
    live: { table: emptyTable, matcher: buildMatcher(emptyTable) },
    upstreams: new Upstreams(deadlines),
    deadlines,
    requestIds: new RequestIds(),
    httpDate: new HttpDate(),
    httpsPort: 443,
    onFinished: undefined,
    random: Math.random,
  }
}

/** Makes `table` the one that new requests see; requests under way keep theirs. */
export function swapTable(proxy: ProxyContext, table: RoutingTable): void {
  const matcher = buildMatcher(table, proxy.live.matcher)
  proxy.upstreams.reconcile(table)
  proxy.live = { table, matcher }
}

/** What listeners hand their streams to. */
export function openStreamOf(proxy: ProxyContext): OpenStream {
  return stream => new Exchange(proxy, stream)
}
