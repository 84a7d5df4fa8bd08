// Whether a Service's own address stands for its endpoints. Only the value: compile looks the address up.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting } from '../setting-types.ts'

/** Sends requests to the Service's address instead of its endpoints (ingress-nginx: `service-upstream`). */
export const serviceUpstream = definePolicy('serviceUpstream', {
  doc: 'Requests go to the address of the Service instead of those of its endpoints.',
  settings: {
    enabled: booleanSetting('service-upstream', {
      default: false,
      scope: 'both',
      doc: 'Uses clusterIP and port of the Service as its only endpoint, so that the cluster balances; affinity and retries have nothing to choose from then.',
      differs:
        'Endpoints written with --map or portico/endpoints go before it, and a Service without clusterIP in its manifest keeps its endpoints, with a note: outside a cluster there is no address to use.',
    }),
  },
})
