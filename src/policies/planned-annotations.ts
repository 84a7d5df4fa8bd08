// The ingress-nginx annotations that are still to be implemented; each is reported. What never will be is in
// annotations-without-effect.ts.

/** An annotation that is not obeyed yet. */
export interface PlannedAnnotation {
  /** Why, as a clause. */
  readonly reason: string
  /** Whether it guards access: a route whose guard can not be obeyed is closed. */
  readonly security: boolean
}

/** By full annotation key. There are none now. */
export const plannedAnnotations: ReadonlyMap<string, PlannedAnnotation> = new Map()
