// TLS that is not ended here: the bytes of a connection go to the Service that its host's rule for `/` names.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting } from '../setting-types.ts'

/** ingress-nginx: `ssl-passthrough`. */
export const tlsPassthrough = definePolicy('tlsPassthrough', {
  doc: 'Hands the TLS connections of a host to its Service as they are, by the server name that the client asks for.',
  settings: {
    enabled: booleanSetting('ssl-passthrough', {
      default: false,
      doc: 'TLS connections for the hosts of which this Ingress has the rule for `/` go to its Service, endpoint by endpoint in turn, and are closed after 10 minutes without a byte. No other annotation has an effect on them; plain HTTP is served as usual. Without such a rule its requests over TLS get 421.',
      differs:
        'Needs no flag, and the Ingress has to have the rule for `/` itself. A request for such a host that comes over a connection for another name gets 421. Health checks, canaries and timeouts of other annotations are left out.',
    }),
  },
  isActive: settings => settings.enabled,
  answersWhenDenied: true,
  answer(_, request) {
    return request.tls === undefined ? undefined : misdirected
  },
})

const misdirected = {
  status: 421,
  fields: [],
  reason: 'The TLS connections of this host are not ended here; this one was made for another host',
  cause: 'tls-passthrough',
} as const
