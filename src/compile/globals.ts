// What holds for all Ingresses unless they say otherwise.
import { defaultRoutePolicies, type RoutePolicies } from '../policies/all.ts'
import { defaultHandling, type Handling } from '../policies/handling.ts'

/** The base that Ingresses are planned on. The same object as long as nothing in it changes. */
export interface Globals {
  readonly policies: RoutePolicies
  /** Why every route is closed that does not say otherwise: a guard for all that can not be obeyed. */
  readonly denied: string | undefined
  /** Whether objects of other namespaces may be named (ingress-nginx: `allow-cross-namespace-resources`). */
  readonly allowsOtherNamespaces: boolean
  /** For requests that no route takes. */
  readonly unclaimed: Handling
}

/** Those of ingress-nginx. */
export const defaultGlobals: Globals = {
  policies: defaultRoutePolicies,
  denied: undefined,
  allowsOtherNamespaces: false,
  unclaimed: defaultHandling,
}
