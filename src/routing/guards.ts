// Hot path: runs for every request.
// Keeps requests from reaching what a guarded route protects under a path that its rule does not see but a backend does.
import { isGuarded } from './is-guarded.ts'
import { type HostIndex, match } from './matcher.ts'
import { hasOtherReadings, readingsOf } from './other-readings.ts'

/** Reading 8 KiB of escapes and dots in every way takes 8 ms, this much 2 ms. Longer ones are not decided about. */
const maxReadableLength = 2 * 1024

/**
 * Whether a path, taken to an unguarded route, could be read by a backend as one that a guarded route of the same host
 * claims. Nobody can decide about such a request.
 */
export function couldEvadeGuard(host: HostIndex, rawPath: string): boolean {
  if (!host.isGuarded || !hasOtherReadings(rawPath)) return false
  if (rawPath.length > maxReadableLength) return true
  for (const reading of readingsOf(rawPath)) {
    const route = match(host, reading)
    if (route !== undefined && isGuarded(route)) return true
  }
  return false
}
