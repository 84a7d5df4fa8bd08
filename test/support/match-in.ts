// Matching in one call, for tests that do not care how the host was found.
import { findHost, type Matcher, match } from '../../src/routing/matcher.ts'
import type { Route } from '../../src/routing/table.ts'

/** The route for a host and a normalised path. */
export function matchIn(matcher: Matcher, host: string, path: string): Route | undefined {
  const index = findHost(matcher, host)
  return index && match(index, path)
}
