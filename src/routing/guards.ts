// Hot path: runs for every request.
// Keeps requests from reaching what a guarded route protects under a path that its rule does not see but a backend does.
import type { ConditionFacts } from '../policies/routing/match-conditions.ts'
import { type HostIndex, match } from './matcher.ts'
import { hasOtherReadings, readingsOf } from './other-readings.ts'

/** Reading 8 KiB of escapes and dots in every way takes 8 ms, this much 2 ms. Longer ones are not decided about. */
const maxReadableLength = 2 * 1024

/**
 * Whether a path, taken to a route guarded by `guardKey` alone, could be read by a backend as one that a route of the same
 * host claims under other guards. Nobody can decide about such a request.
 */
export function couldEvadeGuard(
  host: HostIndex,
  rawPath: string,
  guardKey: string,
  request: ConditionFacts,
): boolean {
  if (!host.isGuarded || !hasOtherReadings(rawPath)) return false
  if (rawPath.length > maxReadableLength) return true
  for (const reading of readingsOf(rawPath)) {
    const route = match(host, reading, request)
    if (route !== undefined && route.guardKey !== '' && route.guardKey !== guardKey) return true
  }
  return false
}
