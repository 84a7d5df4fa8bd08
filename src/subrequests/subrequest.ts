// Requests that Portico makes of its own: to an auth service about a request, or to a mirror with a copy of one. Types only.

/** Where a subrequest goes. */
export interface SubrequestTarget {
  readonly secure: boolean
  /** DNS name or address, without brackets; also the name asked for in TLS, unless it is an address. */
  readonly host: string
  readonly port: number
  /** Asked in turn instead of what DNS says of `host`; `undefined` asks DNS. */
  readonly addresses: readonly { readonly address: string; readonly port: number }[] | undefined
  /** Whether the certificate must be valid for `host`. */
  readonly verifies: boolean
}

/** How connections to a target are kept. */
export interface SubrequestConnections {
  /** Milliseconds allowed to open one. */
  readonly connectMs: number
  /** Most there may be at a time, and so most requests under way; others wait. */
  readonly most: number
  /** Milliseconds one is kept idle; 0 closes each after its first response. */
  readonly idleMs: number
  /** Requests one serves before it is closed. */
  readonly requests: number
}

/** One subrequest. */
export interface Subrequest {
  readonly target: SubrequestTarget
  readonly connections: SubrequestConnections
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Names and values in turn, Host among them; none that frames the message or concerns one hop. */
  readonly fields: readonly string[]
  /** `undefined`: none. */
  readonly body: Buffer | undefined
  /** Milliseconds allowed to the head of the response. */
  readonly readMs: number
}

/** Why there is no response. */
export type SubrequestFailure =
  /** No connection: refused, not resolved, not trusted, or not in time. */
  | 'connect-failed'
  /** The connection broke, or what came was no HTTP. */
  | 'broken'
  | 'timeout'
  /** Too many others are waiting for the same target. */
  | 'busy'
  /** Given up by whoever asked. */
  | 'abandoned'

/** The head of a response; its body is thrown away. */
export interface SubrequestResponse {
  readonly status: number
  /** Lower-case names; the values of fields that came more than once, in order. Octets as Latin-1. */
  readonly fields: ReadonlyMap<string, readonly string[]>
}

/** What came of a subrequest; `detail` is for the operator. */
export type SubrequestOutcome =
  | SubrequestResponse
  | { readonly failure: SubrequestFailure; readonly detail: string }
