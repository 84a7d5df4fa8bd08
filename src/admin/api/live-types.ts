// Requests that have ended, sending one again, and the events of the admin API as types: see types.ts, which has the rest.
import type { AppliedView, ConnectionCounts, DrainAnswer, Figures, ProblemCounts, Sample } from './types.ts'

/**
 * `GET /api/requests`: the latest first, those that ended while somebody watched. Filters: `host`, `route` (an id), `service`,
 * `method`, `status` (`404`, `5xx`), `minMs`, `q` (in the URL), `cause` (any), `limit` (default 100).
 */
export interface RequestList {
  /** Whether requests are being recorded; asking begins it, for 30 seconds. */
  readonly isRecording: boolean
  readonly requests: readonly RequestView[]
}

/** A request that has ended. */
export interface RequestView {
  /** Counts up. For `/api/replay`. */
  readonly id: number
  /** When it ended. */
  readonly time: number
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** The Host field. */
  readonly authority: string
  /** Path and query; values of query keys that look like credentials are `REDACTED`. */
  readonly target: string
  readonly version: string
  readonly status: number
  readonly durationMs: number
  /** Until the first endpoint was asked. */
  readonly queueMs: number
  /** Of the last attempt; 0: its connection was open. */
  readonly connectMs: number
  /** Until the response head; absent: none came. */
  readonly firstByteMs?: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly clientAddress: string
  /** Id of the rule that took it. */
  readonly route?: string
  readonly ingress?: string
  /** `namespace/service:port`. */
  readonly service?: string
  readonly isCanary: boolean
  readonly variant?: string
  readonly requestId: string
  /** Where it is traced. */
  readonly traceId?: string
  /** Why Portico answered itself or cut the response. */
  readonly cause?: string
  readonly userAgent: string
  readonly attempts: readonly AttemptView[]
  /** A command that asks the same through Portico. */
  readonly curl?: string
}

/** One try at an endpoint. */
export interface AttemptView {
  readonly endpoint: string
  /** Absent: no response came. */
  readonly status?: number
  readonly connectMs?: number
  readonly headMs?: number
  readonly durationMs: number
  readonly failure?: string
}

/** Body of `POST /api/replay` (`application/json`): a request seen before by its id, or one written out. */
export type ReplayOrder = {
  /** Has to be true for methods other than GET, HEAD and OPTIONS. */
  readonly confirm?: boolean
} & (
  | { readonly id: number }
  | {
      /** Of a host that is served here; the port is that of the listener. */
      readonly url: string
      /** Default GET. */
      readonly method?: string
      readonly headers?: readonly (readonly [name: string, value: string])[]
    }
)

/** What came back for a request that was sent again through our own listener. */
export interface ReplayAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The first 16 KiB, as text; absent for a body that is none. */
  readonly body?: string
  readonly bodyBytes: number
  readonly firstByteMs: number
  readonly durationMs: number
}

/**
 * Events of `GET /events` (Server-Sent Events; `data` is JSON). `?requests=1` asks for `requests` (with the filters of
 * `/api/requests`), `?routes=1` for the figures of routes. A client that does not read in time is cut off and may come again.
 */
export interface ApiEvents {
  /** The first one: with another `startedAt` than before, Portico was started anew. */
  readonly hello: { readonly version: string; readonly startedAt: number; readonly generation: number }
  readonly applied: AppliedView
  /** Findings are others than before: ask `/api/diagnostics`. */
  readonly diagnostics: ProblemCounts
  /** Each second. */
  readonly figures: FiguresEvent
  /** All endpoints of Services of which one changed its state, or was added. */
  readonly endpoints: readonly DrainAnswer[]
  /** Requests that have ended, oldest first, a few times a second. */
  readonly requests: RequestsEvent
}

/** The event `figures`. */
export interface FiguresEvent {
  readonly sample: Sample
  readonly connections: ConnectionCounts
  /** With `?routes=1`: those with requests lately, the busiest first, at most 200. */
  readonly routes?: readonly RouteFigures[]
}

/** Figures of one route, and of its branches in the order of `RouteWay.branches`. */
export interface RouteFigures {
  readonly id: string
  readonly figures: Figures
  readonly branches: readonly Figures[]
}

/** The event `requests`. */
export interface RequestsEvent {
  readonly requests: readonly RequestView[]
  /** How many more there were than are told: a tail is for reading. */
  readonly skipped: number
}
