// When an endpoint is left out for what it answers. Only values: each upstream's outlier detection obeys them.
import { definePolicy } from '../define-policy.ts'
import { countSetting, durationSetting, onServices, percentSetting } from '../portico-settings.ts'

/** Outlier detection: endpoints that answer worse than they should get no requests for a while. */
export const outlier = definePolicy('outlier', {
  appliesTo: 'upstream',
  doc:
    'Leaves endpoints out for a while for what they answer: a failure is a response of 500 or above, or none. Beside it, ' +
    'whether annotated or not, an endpoint that can not be connected to, or that five times in a row gave no valid ' +
    'response, is passed over for 1 s, then 2, 4 … 30 s. ' +
    onServices,
  settings: {
    consecutiveFailures: countSetting('outlier-consecutive-failures', {
      default: undefined,
      min: 1,
      max: 1_000_000,
      on: 'both',
      doc: 'Failures in a row after which an endpoint is left out.',
    }),
    failurePercent: percentSetting('outlier-failure-percent', {
      default: undefined,
      min: 1,
      on: 'both',
      doc: 'Share of failures in the last ten seconds from which on an endpoint is left out.',
    }),
    minRequests: countSetting('outlier-min-requests', {
      default: 10,
      min: 1,
      max: 1_000_000,
      on: 'both',
      doc: 'Requests within ten seconds below which outlier-failure-percent does not judge an endpoint.',
    }),
    ejectionMs: durationSetting('outlier-ejection-time', {
      default: 30_000,
      minMs: 100,
      maxMs: 3_600_000,
      on: 'both',
      doc: 'How long an endpoint is left out; the second time in a row twice as long and so on, up to 5 minutes.',
    }),
    maxEjectedPercent: percentSetting('outlier-max-ejected-percent', {
      default: 50,
      min: 0,
      on: 'both',
      doc: 'Share of the endpoints that may be left out at once. The only endpoint of a Service never is.',
    }),
  },
  needs: {
    minRequests: ['failurePercent'],
    ejectionMs: ['consecutiveFailures', 'failurePercent'],
    maxEjectedPercent: ['consecutiveFailures', 'failurePercent'],
  },
})
