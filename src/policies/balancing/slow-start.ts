// How new endpoints come to their share of the requests. Only values: whoever balances obeys them.
import { definePolicy } from '../define-policy.ts'
import { durationSetting, onServices } from '../portico-settings.ts'

/** A growing share for endpoints that are new or back. */
export const slowStart = definePolicy('slowStart', {
  appliesTo: 'upstream',
  doc:
    'Endpoints that are new, or back after they were left out or passed over, get a growing share. ' +
    onServices,
  settings: {
    durationMs: durationSetting('slow-start', {
      default: undefined,
      minMs: 1_000,
      maxMs: 3_600_000,
      on: 'both',
      doc:
        'Time over which the share of such an endpoint grows evenly from a tenth of a full one. Endpoints of the first ' +
        'table have their full share at once. Has no effect on requests that affinity or upstream-hash-by has placed.',
    }),
  },
})
