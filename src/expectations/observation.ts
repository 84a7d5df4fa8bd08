// What was seen of what became of a request, from inside or from outside. Not judged here.
import type { Aspect } from './expectation.ts'

/** One request as it was decided or answered. Plain data. */
export interface Observation {
  /** What was seen; empty text: there is none. What is absent could not be seen from there. */
  readonly seen: Readonly<Partial<Record<Aspect, string>>>
  /** Fields that the backend gets, by lower-case name; `undefined`: they could not be seen. */
  readonly sentFields: ReadonlyMap<string, string> | undefined
  /** In words: `default/cart:80, by Ingress shop/web` or `404: no rule takes the path`. */
  readonly summary: string
  /** `file:line:col` of the rule that decided. */
  readonly decidedAt: string | undefined
}

/** How the requests of a route are divided. */
export type ObservedShares =
  /** Variant → share in [0, 1]; `requests` is how many were counted, `undefined` for shares that were computed. */
  | { readonly shares: ReadonlyMap<string, number>; readonly requests: number | undefined }
  /** Why they could not be seen. */
  | { readonly unseen: string }

/** Whether the Service counts as the one that took the request: it answered, or it was the one to fail. `cause`: why Portico answers. */
export function isServing(status: number, cause: string): boolean {
  return cause === '' || (status >= 500 && cause !== 'denied')
}
