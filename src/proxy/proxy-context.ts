// What all requests share: the live table, the backends' state, and a few facts of this process.
import type { Counters } from '../metrics/counters.ts'
import type { PolicyLives } from '../policies/ask.ts'
import type { Matcher } from '../routing/matcher.ts'
import type { RoutingTable } from '../routing/table.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import type { EncoderMemory } from './compress-body.ts'
import type { HttpDate } from './http-date.ts'
import type { RequestIds } from './request-ids.ts'
import type { RequestRecord } from './request-record.ts'
import type { RequestState } from './request-state.ts'
import type { RequestTracing } from './request-trace.ts'

/** A table and the index built from it: replaced together, by one assignment. */
export interface LiveTable {
  readonly table: RoutingTable
  readonly matcher: Matcher
}

/**
 * Somebody who wants to know of every request: a log, a live view. Must not throw. `request`: the request itself, during the
 * call; `undefined` for what was no request.
 */
export type RequestObserver = (record: RequestRecord, request: RequestState | undefined) => void

/** Shared by all requests of a process. */
export interface ProxyContext {
  /** A request reads this once. */
  live: LiveTable
  readonly upstreams: Upstreams
  readonly policyLives: PolicyLives
  readonly deadlines: Deadlines
  readonly counters: Counters
  readonly requestIds: RequestIds
  readonly httpDate: HttpDate
  readonly encoderMemory: EncoderMemory
  /** Port of the HTTPS listener, for redirects. */
  httpsPort: number
  /** Our pseudonym in Via fields (RFC 9110 §7.6.3); empty: we add none and look for none. */
  readonly via: string
  /** Each is called when a request has ended; while there are none, requests are neither timed nor recorded. */
  observers: readonly RequestObserver[]
  /** Whether requests keep the heads of their responses until observers have seen them; memory for every idle connection. */
  keepsSentHeads: boolean
  /** Set while requests are traced. */
  tracing: RequestTracing | undefined
  /** A draw in [0, 1) for canary weights. */
  readonly random: () => number
}
