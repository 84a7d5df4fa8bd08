// Hot path: runs for every request of a route with an address list.
// Which client addresses may use a route. Blocking addresses everywhere is block-lists.ts's business.

import { definePolicy } from '../define-policy.ts'
import type { Answer } from '../request-facts.ts'
import { shownText } from '../shown-value.ts'
import { addressSetSetting, containsAddress } from '../values/address-set.ts'

/** Allow and deny lists (ingress-nginx: `allowlist-source-range`, `denylist-source-range`). The deny list is asked first. */
export const accessLists = definePolicy('accessLists', {
  doc: 'Answers 403 to clients whose address is on the deny list, or missing on an allow list.',
  settings: {
    allowed: addressSetSetting('allowlist-source-range', {
      default: undefined,
      onProblem: 'deny',
      scope: 'both',
      configKey: 'whitelist-source-range',
      doc: 'Addresses and networks (CIDR), separated by commas, that may use the Ingress; others get 403. Replaces the list of the ConfigMap.',
    }),
    allowedByOldName: addressSetSetting('whitelist-source-range', {
      default: undefined,
      onProblem: 'deny',
      doc: 'The older name of allowlist-source-range; it has no effect where both are written.',
    }),
    denied: addressSetSetting('denylist-source-range', {
      default: undefined,
      onProblem: 'deny',
      scope: 'both',
      doc: 'Addresses and networks (CIDR), separated by commas, that get 403, whatever is allowed. Replaces the list of the ConfigMap.',
    }),
  },
  check(settings, written, report) {
    if (!written.has('allowedByOldName')) return settings
    if (written.has('allowed')) {
      report('allowedByOldName', 'has no effect beside allowlist-source-range', 'warning')
      return settings
    }
    return { ...settings, allowed: settings.allowedByOldName }
  },
  isActive: ({ allowed, denied }) => allowed !== undefined || denied !== undefined,
  inWords: ({ allowed, denied }) =>
    [
      denied === undefined ? [] : `keeps out ${shownText(denied)}`,
      allowed === undefined ? [] : `lets in ${shownText(allowed)} only`,
    ]
      .flat()
      .join(', '),
  isGuard: true,
  admit({ allowed, denied }, request) {
    if (denied !== undefined && containsAddress(denied, request.clientAddress)) return refused
    if (allowed !== undefined && !containsAddress(allowed, request.clientAddress)) return refused
    return undefined
  },
})

const refused: Answer = {
  status: 403,
  fields: [],
  reason: 'your address may not use this route',
  cause: 'address',
}
