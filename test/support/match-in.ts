// Matching in one call, for tests that do not care how the host was found.
import { findHost, type Matcher, match } from '../../src/routing/matcher.ts'
import type { Route } from '../../src/routing/table.ts'
import { type FactsInput, requestFacts } from './request-facts.ts'

/** The route for a host and a normalised path; the request is a plain GET for it unless said otherwise. */
export function matchIn(
  matcher: Matcher,
  host: string,
  path: string,
  request: FactsInput = { target: path },
): Route | undefined {
  const index = findHost(matcher, host)
  return index && match(index, path, requestFacts(request))
}
