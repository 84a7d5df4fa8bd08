// When a backend gets no more requests for now. Only values: each upstream's breaker obeys them.
import { definePolicy } from '../define-policy.ts'
import { countSetting, durationSetting, onServices } from '../portico-settings.ts'

/** A circuit breaker around all endpoints of a backend together. */
export const circuitBreaker = definePolicy('circuitBreaker', {
  appliesTo: 'upstream',
  doc:
    'Answers 503 at once, in place of a backend that has too much to do or fails again and again. ' +
    onServices,
  settings: {
    maxRequests: countSetting('circuit-breaker-max-requests', {
      default: undefined,
      min: 1,
      max: 1_000_000,
      on: 'both',
      doc: 'Requests that may be under way to the backend at once, tunnels included; those beyond get 503 with Retry-After: 1.',
    }),
    failures: countSetting('circuit-breaker-failures', {
      default: undefined,
      min: 1,
      max: 1_000_000,
      on: 'both',
      doc:
        'Requests in a row that fail, with a response of 500 or above or with none, after which the circuit opens: requests ' +
        'get 503 with the time left in Retry-After. Then one request tries; when it succeeds, the circuit closes.',
    }),
    openMs: durationSetting('circuit-breaker-open-time', {
      default: 10_000,
      minMs: 100,
      maxMs: 3_600_000,
      on: 'both',
      doc: 'How long the circuit stays open.',
    }),
  },
  needs: { openMs: ['failures'] },
})
