// Puts the parts that all requests share together.
import type { Counters } from '../metrics/counters.ts'
import { createPolicyLives } from '../policies/ask.ts'
import type { LiveServices } from '../policies/live-services.ts'
import { emptyTable } from '../routing/empty-table.ts'
import { buildMatcher } from '../routing/matcher.ts'
import type { Deadlines } from '../sockets/deadlines.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { EncoderMemory } from './compress-body.ts'
import { HttpDate } from './http-date.ts'
import type { ProxyContext } from './proxy-context.ts'
import { RequestIds } from './request-ids.ts'

/** A proxy without routes: everything gets 404 until a table goes live. */
export function createProxyContext(
  deadlines: Deadlines,
  counters: Counters,
  upstreams: Upstreams,
  via: string,
  services: LiveServices,
): ProxyContext {
  return {
    live: { table: emptyTable, matcher: buildMatcher(emptyTable) },
    upstreams,
    policyLives: createPolicyLives(services),
    deadlines,
    counters,
    requestIds: new RequestIds(),
    httpDate: new HttpDate(),
    encoderMemory: new EncoderMemory(),
    httpsPort: 443,
    via,
    observers: [],
    keepsSentHeads: false,
    tracing: undefined,
    random: Math.random,
  }
}
