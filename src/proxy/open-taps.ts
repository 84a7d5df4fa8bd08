// Hot path: runs for every request.
// Who reads a request along with its backend.
import { openTaps } from '../policies/ask.ts'
import type { RequestTap } from '../policies/request-tap.ts'
import type { RequestState } from './request-state.ts'

/** The taps of a request that goes out; `undefined` for none. */
export function openTapsOf(request: RequestState): readonly RequestTap[] | undefined {
  if (request.handling.moments.tapping.length === 0) return undefined
  const taps = openTaps(request.handling, request, request.proxy.policyLives)
  // The end of a request without a body is its head; no event will say so.
  if (!request.stream.head.hasBody) for (const tap of taps) tap.onEnd()
  return taps
}
