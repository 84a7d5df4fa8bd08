// Whether requests wait for a backend that does not listen just now. Only values: the proxy waits.
import { definePolicy } from '../define-policy.ts'
import { countSetting, durationSetting, onServices } from '../portico-settings.ts'

/** Waiting for a backend that is being restarted. */
export const hold = definePolicy('hold', {
  appliesTo: 'upstream',
  doc:
    'Lets requests wait for a backend that is being restarted, where they would otherwise get 502. ' +
    onServices,
  settings: {
    durationMs: durationSetting('hold', {
      default: undefined,
      minMs: 100,
      maxMs: 600_000,
      on: 'both',
      doc:
        'How long a request waits when no endpoint takes a connection: refused, or its name has no address. It tries again ' +
        'after 200 ms, then ever more rarely, up to once a second. Nothing of it has been sent, so any method may wait; ' +
        'its body is not read meanwhile. After this time it gets what the last attempt ended with: 502.',
    }),
    maxRequests: countSetting('hold-max-requests', {
      default: 100,
      min: 1,
      max: 10_000,
      on: 'both',
      doc: 'Requests that may wait for one backend at once; those beyond are answered without waiting.',
    }),
  },
  needs: { maxRequests: ['durationMs'] },
})
