// What a file of expectations says: requests, and what is to become of each. Plain data; nothing is asked or judged here.
import type { Place } from '../diagnostics/place.ts'

/** One document `kind: Expectations`. */
export interface Suite {
  /** Of the document, or the file's name. */
  readonly name: string
  readonly file: string
  /** Paths of manifests as they stand in the file: relative to it, or `-`. Never empty: default `.`. */
  readonly manifests: readonly string[]
  /** Flags of `run` that shape the table, without their dashes. */
  readonly flags: readonly SuiteFlag[]
  /** `assumed`: a Service that nobody lists endpoints for is taken to have one, as it does in a cluster. */
  readonly endpoints: 'assumed' | 'listed'
  readonly cases: readonly Case[]
}

/** A flag and the values it is given. */
export interface SuiteFlag {
  readonly name: string
  readonly values: readonly string[]
  readonly place: Place
}

/** One request and all that is claimed about it. */
export interface Case {
  /** Given, or the request in one line. */
  readonly name: string
  readonly request: CaseRequest
  readonly claims: readonly Claim[]
  /** Shares of the variants of its route; `undefined`: nothing is claimed. */
  readonly shares: ShareClaim | undefined
  readonly place: Place
}

/** A request as a person writes it. */
export interface CaseRequest {
  readonly method: string
  /** Absolute; without a scheme it is HTTP. */
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly cookies: readonly (readonly [name: string, value: string])[]
  /** `undefined`: the host of the URL. */
  readonly sni: string | undefined
  readonly clientIp: string | undefined
}

/** What can be claimed of one request, by the keys of `expect`. */
export const aspects = [
  'status',
  'service',
  'ingress',
  'host',
  'path',
  'sent',
  'redirect',
  'variant',
  'endpoint',
] as const

/** A thing that can be seen of what became of a request. */
export type Aspect = (typeof aspects)[number]

/** One aspect, or one field of the request that the backend gets, and what it is to be. */
export interface Claim {
  /** `header NAME` (lower case) for a field of what is sent on. */
  readonly aspect: Aspect | `header ${string}`
  /** `none` for what must not be there. */
  readonly expected: string
  readonly place: Place
}

/** How the requests of a route are to be divided between its variants. */
export interface ShareClaim {
  /** Variant → share in [0, 1]. */
  readonly shares: ReadonlyMap<string, number>
  /** How far a share may be off where requests are counted, in [0, 1]. Offline shares are computed and must be exact. */
  readonly within: number
  /** How many requests are counted. */
  readonly requests: number
  readonly place: Place
}
