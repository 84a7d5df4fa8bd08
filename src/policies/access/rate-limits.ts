// Hot path: runs for every request of a route with limits.
// How often and how many at once each client may ask. Counts are kept by Ingress and client address, and outlive reloads.

import type { AdmissionFacts } from '../admission.ts'
import { definePolicy } from '../define-policy.ts'
import type { Answer } from '../request-facts.ts'
import { integerSetting } from '../setting-types.ts'
import { addressSetSetting, containsAddress } from '../values/address-set.ts'
import { LimitZones } from './limit-zones.ts'

const whole = { min: 0, max: 1_000_000_000 }
const errorStatus = { min: 400, max: 599 }

/** Limits by client address (ingress-nginx: `limit-*`, but for bandwidth). Checked before anybody is asked for credentials. */
export const rateLimits = definePolicy('rateLimits', {
  doc: 'Limits the requests of each client to an Ingress: per second, per minute, and at once. A client is an address, of IPv6 the whole one; of more than 32,768 the one that asked longest ago is forgotten. Redirects and preflights are not counted.',
  settings: {
    connections: integerSetting('limit-connections', {
      ...whole,
      default: 0,
      onProblem: 'deny',
      doc: 'How many requests a client may have in progress; more get 503. 0: any number.',
    }),
    perSecond: integerSetting('limit-rps', {
      ...whole,
      default: 0,
      onProblem: 'deny',
      doc: 'How many requests a client may send per second; a burst on top is let through at once, more get 503. 0: any number.',
    }),
    perMinute: integerSetting('limit-rpm', {
      ...whole,
      default: 0,
      onProblem: 'deny',
      doc: 'How many requests a client may send per minute, with a burst as for limit-rps. 0: any number.',
    }),
    burstMultiplier: integerSetting('limit-burst-multiplier', {
      ...whole,
      default: 5,
      doc: 'The burst of limit-rps and limit-rpm, as a multiple of the limit.',
    }),
    exempt: addressSetSetting('limit-allowlist', {
      default: undefined,
      doc: 'Addresses and networks (CIDR), separated by commas, that are not limited.',
      consequence: 'everybody is limited',
    }),
    exemptByOldName: addressSetSetting('limit-whitelist', {
      default: undefined,
      doc: 'The older name of limit-allowlist; it has no effect where both are written.',
      consequence: 'everybody is limited',
    }),
    rateStatus: integerSetting('limit-req-status-code', {
      ...errorStatus,
      default: 503,
      scope: 'config-map',
      doc: 'Status of what limit-rps and limit-rpm refuse.',
    }),
    connectionStatus: integerSetting('limit-conn-status-code', {
      ...errorStatus,
      default: 503,
      scope: 'config-map',
      doc: 'Status of what limit-connections refuses.',
    }),
  },
  check(settings, written, report) {
    if (!written.has('exemptByOldName')) return settings
    if (written.has('exempt')) {
      report('exemptByOldName', 'has no effect beside limit-allowlist', 'warning')
      return settings
    }
    return { ...settings, exempt: settings.exemptByOldName }
  },
  needs: {
    burstMultiplier: ['perSecond', 'perMinute'],
    exempt: ['connections', 'perSecond', 'perMinute'],
    exemptByOldName: ['connections', 'perSecond', 'perMinute'],
  },
  isActive: ({ connections, perSecond, perMinute }) => connections > 0 || perSecond > 0 || perMinute > 0,
  inWords: ({ connections, perSecond, perMinute, burstMultiplier: burst }) =>
    [
      perSecond === 0 ? [] : `${perSecond} requests per second with a burst of ${perSecond * burst}`,
      perMinute === 0 ? [] : `${perMinute} requests per minute with a burst of ${perMinute * burst}`,
      connections === 0 ? [] : `${connections} requests in progress`,
    ]
      .flat()
      .map((limit, index) => (index === 0 ? `takes from each client ${limit}` : limit))
      .join(', '),
  createLive: () => new LimitZones(() => performance.now()),
  admit(settings, request, zones) {
    const { clientAddress } = request
    if (settings.exempt !== undefined && containsAddress(settings.exempt, clientAddress)) return undefined
    const zone = zones.zoneOf(ownerOf(request))
    const rates = zone.takeRate(clientAddress, settings, zones.now())
    if (rates !== undefined) return refuse(settings.rateStatus, rates)
    if (settings.connections === 0) return undefined
    if (!zone.inProgress.begin(clientAddress, settings.connections))
      return refuse(settings.connectionStatus, 'limit-connections')
    request.whenOver(() => zone.inProgress.end(clientAddress))
    return undefined
  },
})

/** Requests without a route have no Ingress whose annotations could limit them. */
function ownerOf({ route }: AdmissionFacts): string {
  return route === undefined ? '' : `${route.origin.namespace}/${route.origin.ingress}`
}

const reasons = {
  'limit-rps': 'you send more requests per second than this route takes from one client',
  'limit-rpm': 'you send more requests per minute than this route takes from one client',
  'limit-connections': 'you have more requests in progress than this route takes from one client',
}

function refuse(status: number, limit: keyof typeof reasons): Answer {
  return { status, fields: [], reason: reasons[limit], cause: limit }
}
