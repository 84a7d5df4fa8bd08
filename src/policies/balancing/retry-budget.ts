// How many requests may be made again. Only values: the proxy asks the upstream's budget.
import { definePolicy } from '../define-policy.ts'
import { countSetting, onServices, percentSetting } from '../portico-settings.ts'

/** A bound on retries, so that they do not drown a backend that is overloaded already. */
export const retryBudget = definePolicy('retryBudget', {
  appliesTo: 'upstream',
  doc:
    'Bounds how many of the requests to a backend are made again at another endpoint (proxy-next-upstream). A request for ' +
    'which no retry is left gets what its last attempt ended with. ' +
    onServices,
  settings: {
    percent: percentSetting('retry-budget', {
      default: undefined,
      min: 0,
      on: 'both',
      doc: 'Retries per hundred requests, of those of the last ten seconds. Without it only proxy-next-upstream-tries bounds them.',
    }),
    minPerSecond: countSetting('retry-budget-min', {
      default: 10,
      min: 0,
      max: 1_000_000,
      on: 'both',
      doc: 'Retries per second, averaged over ten, that are allowed however few requests there are.',
    }),
  },
  needs: { minPerSecond: ['percent'] },
})
