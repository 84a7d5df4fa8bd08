// What holds for all Ingresses unless they say otherwise.
import { defaultRoutePolicies, type RoutePolicies } from '../policies/all.ts'
import { defaultHandling, type Handling } from '../policies/handling.ts'
import { type AnnotationRules, annotationRules } from '../policies/ledger/annotation-rules.ts'
import type { ConfigMap } from '../resources/config-map.ts'
import type { Denial } from './written-settings.ts'

/** The base that Ingresses are planned on. The same object as long as nothing in it changes. */
export interface Globals {
  readonly policies: RoutePolicies
  /** Guards for all that can not be obeyed: they close every route that does not set the same itself. */
  readonly denials: readonly Denial[]
  /** What annotations may say at all. */
  readonly rules: AnnotationRules
  /** Where it was read; `undefined` without one. */
  readonly configMap: ConfigMap | undefined
  /** For requests that no route takes. */
  readonly unclaimed: Handling
}

/** Those of ingress-nginx. */
export const defaultGlobals: Globals = {
  policies: defaultRoutePolicies,
  denials: [],
  rules: annotationRules.defaults,
  configMap: undefined,
  unclaimed: defaultHandling,
}
