// Why a request goes to the route it goes to: every route of its host and what became of it. Asks the functions that
// serve, one route at a time, so that it can not tell another story; costs requests nothing.
import { findHost, indexHost, type Matcher, matchPath } from './matcher.ts'
import type { HostRoutes, Route } from './table.ts'

/** One route of the chosen host: taken, beaten by the one taken, or not matching at all. */
export interface MatchCandidate {
  readonly route: Route
  readonly outcome: 'chosen' | 'outranked' | 'no-match'
}

/** `hostRoutes` is `undefined` when no rule claims the host; `isFallback`: no route of it takes the path. */
export interface MatchExplanation {
  readonly hostRoutes: HostRoutes | undefined
  readonly candidates: readonly MatchCandidate[]
  readonly isFallback: boolean
}

/** Explains what `match` decides for the same arguments. */
export function explainMatch(matcher: Matcher, host: string, path: string): MatchExplanation {
  const index = findHost(matcher, host)
  if (index === undefined) return { hostRoutes: undefined, candidates: [], isFallback: false }
  const { hostRoutes } = index
  const chosen = matchPath(index, path)
  const candidates = hostRoutes.routes.map(route => {
    if (route === chosen) return { route, outcome: 'chosen' as const }
    const takesAlone = matchPath(indexHost({ ...hostRoutes, routes: [route] }), path) === route
    return { route, outcome: takesAlone ? ('outranked' as const) : ('no-match' as const) }
  })
  return { hostRoutes, candidates, isFallback: chosen === undefined }
}
