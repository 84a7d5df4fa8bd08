// What a decision is looked at with: the parts of a proxy that decide, none that sends.
import { Counters } from '../metrics/counters.ts'
import type { LiveServices } from '../policies/live-services.ts'
import { createProxyContext } from '../proxy/create-proxy-context.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import { buildMatcher } from '../routing/matcher.ts'
import type { RoutingTable, Upstream } from '../routing/table.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import type { EndpointStanding } from '../upstreams/endpoint-standing.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import type { PickRequest } from '../upstreams/pick-request.ts'
import { Upstreams } from '../upstreams/upstreams.ts'

/** A proxy whose decisions can be looked at. */
export interface Rehearsal {
  readonly proxy: ProxyContext
  /** The endpoint that would be asked first; `undefined` for none. */
  pick(request: PickRequest, upstream: Upstream): EndpointState | undefined
  /** How the endpoints of an upstream stand; `undefined` where nobody has asked them for anything. */
  standings?(upstream: Upstream): readonly EndpointStanding[] | undefined
}

/** A rehearsal of a table that nobody serves; must be closed. */
export interface OfflineRehearsal extends Rehearsal {
  close(): void
}

/** What a table does not say. */
export interface RehearsalOptions {
  /** Port of the HTTPS listener, for redirects. Default 443. */
  readonly httpsPort?: number
  /** A draw in [0, 1) for canary weights. Default `Math.random`. */
  readonly random?: () => number
}

/** Rehearses under a table with all endpoints well, none of which is ever connected to or asked for its health. */
export function rehearse(table: RoutingTable, options: RehearsalOptions = {}): OfflineRehearsal {
  const deadlines = new Deadlines()
  const counters = new Counters()
  const upstreams = new Upstreams(deadlines, counters, Infinity, false)
  upstreams.reconcile(table)
  const { httpsPort = 443, random = Math.random } = options
  const proxy = {
    ...createProxyContext(
      deadlines,
      counters,
      upstreams,
      '',
      rehearsalServices(() => {}),
    ),
    live: { table, matcher: buildMatcher(table) },
    httpsPort,
    random,
  }
  return {
    proxy,
    pick: (request, upstream) => upstreams.stateOf(upstream)?.pick(request, []),
    close() {
      upstreams.close()
      deadlines.close()
    },
  }
}

/**
 * Rehearses under the table of a running proxy: its endpoints stand as they do there when they are first picked from. Turns go on
 * from one decision to the next; turns, limits, counters and health of the running one stay as they are.
 */
export function rehearseLive(running: ProxyContext): Rehearsal & { close(): void } {
  const standings = (upstream: Upstream) => running.upstreams.stateOf(upstream)?.standings()
  const deadlines = new Deadlines()
  const counters = new Counters()
  // One for each upstream that is picked from, so that a table of thousands costs nothing.
  const picked = new Map<string, Upstreams>()
  const copyOf = (upstream: Upstream): Upstreams => {
    const upstreams = new Upstreams(deadlines, counters, Infinity, false)
    upstreams.reconcile({ ...running.live.table, upstreams: new Map([[upstream.key, upstream]]) })
    upstreams.stateOf(upstream)!.assume(standings(upstream) ?? [])
    picked.set(upstream.key, upstreams)
    return upstreams
  }
  return {
    proxy: { ...running, counters, observers: [], tracing: undefined },
    standings,
    pick(request, upstream) {
      const upstreams = picked.get(upstream.key) ?? copyOf(upstream)
      return upstreams.stateOf(upstream)!.pick(request, [])
    },
    close() {
      for (const upstreams of picked.values()) upstreams.close()
      deadlines.close()
    },
  }
}

/** For policies whose verdict is only looked at: they ask nobody and wait for nothing. */
export function rehearsalServices(onClose: LiveServices['onClose']): LiveServices {
  return {
    rehearses: true,
    now: () => performance.now(),
    count: () => {},
    ownListener: () => undefined,
    report: () => {},
    onClose,
  }
}
