// Hot path: runs for every request.
// Sends plain HTTP requests to HTTPS. Never acts on requests that came over TLS.
import { definePolicy } from './define-policy.ts'
import { hostInUrl } from './host-in-url.ts'
import type { Answer, RequestFacts } from './request-facts.ts'
import { booleanSetting } from './setting-types.ts'

/** HTTP-01 challenges have to be answered over plain HTTP (RFC 8555 §8.3; ingress-nginx `no-tls-redirect-locations`). */
const acmeChallengePath = '/.well-known/acme-challenge'

/**
 * Redirects HTTP to HTTPS with 308 (ingress-nginx: `ssl-redirect`, `force-ssl-redirect`, `preserve-trailing-slash`). The
 * path goes into the Location as received, but for one slash at its very end, which ingress-nginx cuts.
 */
export const sslRedirect = definePolicy('sslRedirect', {
  doc: 'Redirects plain HTTP to HTTPS with 308.',
  settings: {
    ifTls: booleanSetting('ssl-redirect', {
      default: true,
      doc: 'Redirects when a tls section names the host, even if its Secret is missing.',
    }),
    force: booleanSetting('force-ssl-redirect', {
      default: false,
      doc: 'Redirects even when no tls section names the host.',
    }),
    preserveTrailingSlash: booleanSetting('preserve-trailing-slash', {
      default: false,
      doc: 'Keeps a slash at the end of the redirected URL, which is cut otherwise.',
    }),
  },
  actsByDefault: true,
  isActive: ({ ifTls, force }) => ifTls || force,
  answer(settings, request) {
    if (request.secure) return undefined
    if (!settings.force && !(settings.ifTls && request.hostHasTls)) return undefined
    if (request.path.startsWith(acmeChallengePath)) return undefined
    return request.host === '' ? noHost : redirectToHttps(request, settings.preserveTrailingSlash)
  },
})

const noHost: Answer = {
  status: 400,
  fields: [],
  reason: 'this route is served over HTTPS only and the request names no host to redirect to',
}

function redirectToHttps(request: RequestFacts, preservesTrailingSlash: boolean): Answer {
  const { target } = request
  // As ingress-nginx cuts it: from the URL as it came, query included.
  const kept = preservesTrailingSlash || !target.endsWith('/') ? target : target.slice(0, -1)
  const port = request.httpsPort === 443 ? '' : `:${request.httpsPort}`
  return {
    status: 308,
    fields: [['Location', `https://${hostInUrl(request.host)}${port}${kept}`]],
    reason: 'this route is served over HTTPS only',
  }
}
