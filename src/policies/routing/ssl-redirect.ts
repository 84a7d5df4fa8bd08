// Hot path: runs for every request.
// Redirects to the one origin a host is to be served from: from http to https, and between a host's forms with and without
// `www.`. Path and query go into the Location as received, but for one slash at the very end, which ingress-nginx cuts.
import { definePolicy } from '../define-policy.ts'
import type { Answer, RequestFacts } from '../request-facts.ts'
import { booleanSetting, nginxSetting, quote } from '../setting-types.ts'
import { hostInUrl } from '../values/host-in-url.ts'

/** HTTP-01 challenges have to be answered over plain HTTP (RFC 8555 §8.3). */
const acmeChallengePath = '/.well-known/acme-challenge'

const redirectStatuses = [301, 302, 307, 308]

/** To https and between `www.` and without (ingress-nginx: `ssl-redirect` and what goes with it, `from-to-www-redirect`). */
export const sslRedirect = definePolicy('sslRedirect', {
  doc: 'Redirects plain HTTP to HTTPS, and the other form of a host, with or without www., to the one that rules name.',
  settings: {
    ifTls: booleanSetting('ssl-redirect', {
      default: true,
      scope: 'both',
      doc: 'Redirects when a tls section names the host, even if its Secret is missing.',
      differs:
        'The Location names the https port unless it is 443; ingress-nginx does so with use-port-in-redirects.',
    }),
    force: booleanSetting('force-ssl-redirect', {
      default: false,
      scope: 'both',
      doc: 'Redirects even when no tls section names the host.',
    }),
    preserveTrailingSlash: booleanSetting('preserve-trailing-slash', {
      default: false,
      scope: 'both',
      doc: 'Keeps a slash at the end of the redirected URL, which is cut otherwise.',
    }),
    fromToWww: booleanSetting('from-to-www-redirect', {
      default: false,
      doc: 'Redirects requests for the other form of the host, www.foo.com for foo.com and the reverse, to the host of the rule, keeping scheme, port, path and query but for one slash at the end.',
      differs: 'The Location names the port of the Host header; ingress-nginx names the one it listens on.',
    }),
    status: nginxSetting<number>(
      'http-redirect-code',
      'status',
      {
        default: 308,
        scope: 'config-map',
        choices: redirectStatuses.map(String),
        doc: 'Status of these redirects: 301, 302, 307 or 308.',
      },
      written => {
        const status = redirectStatuses.find(known => String(known) === written)
        if (status !== undefined) return { value: status }
        return { problem: `${quote(written)} is none of the statuses ${redirectStatuses.join(', ')}` }
      },
    ),
    exemptPaths: nginxSetting<readonly string[]>(
      'no-tls-redirect-locations',
      'list of paths',
      {
        default: [acmeChallengePath],
        scope: 'config-map',
        doc: 'Requests whose path begins with one of these, separated by commas, are not redirected to https.',
        differs: 'It is the path of the request that counts; ingress-nginx compares that of the rule.',
      },
      written => ({
        value: written
          .split(',')
          .map(path => path.trim())
          .filter(path => path !== ''),
      }),
    ),
  },
  actsByDefault: true,
  inWords: ({ ifTls, force }) =>
    force
      ? 'sends plain HTTP to https'
      : ifTls
        ? 'sends plain HTTP to https where the host has TLS'
        : undefined,
  isActive: ({ ifTls, force, fromToWww }) => ifTls || force || fromToWww,
  answer(settings, request) {
    if (settings.fromToWww && isOtherForm(request.host, request.route?.host)) {
      return redirectToHost(request, request.route!.host, settings.status)
    }
    if (request.secure) return undefined
    if (!settings.force && !(settings.ifTls && request.hostHasTls)) return undefined
    for (const path of settings.exemptPaths) if (request.path.startsWith(path)) return undefined
    return request.host === ''
      ? noHost
      : redirectToHttps(request, settings.status, settings.preserveTrailingSlash)
  },
})

/** The host with `www.` put before it, or taken away. */
export function otherWwwForm(host: string): string {
  return host.startsWith('www.') ? host.slice(4) : `www.${host}`
}

/** Whether a request asks for the other form of a rule's host; by an alias it may ask for something else altogether. */
function isOtherForm(host: string, ruleHost: string | undefined): boolean {
  return ruleHost !== undefined && host !== ruleHost && host === otherWwwForm(ruleHost)
}

const noHost: Answer = {
  status: 400,
  fields: [],
  reason: 'this route is served over HTTPS only and the request names no host to redirect to',
}

function redirectToHttps(request: RequestFacts, status: number, preservesTrailingSlash: boolean): Answer {
  const port = request.httpsPort === 443 ? '' : `:${request.httpsPort}`
  const kept = preservesTrailingSlash ? request.target : withoutLastSlash(request.target)
  return {
    status,
    fields: [['Location', `https://${hostInUrl(request.publicHost)}${port}${kept}`]],
    reason: 'this route is served over HTTPS only',
  }
}

function redirectToHost({ scheme, authority, target }: RequestFacts, host: string, status: number): Answer {
  const colon = authority.lastIndexOf(':')
  const port = colon === -1 ? '' : authority.slice(colon)
  return {
    status,
    fields: [['Location', `${scheme}://${host}${port}${withoutLastSlash(target)}`]],
    reason: `this host is served as ${host}`,
  }
}

/** As ingress-nginx cuts it: from the URL as it came, query included. */
function withoutLastSlash(target: string): string {
  return target.endsWith('/') ? target.slice(0, -1) : target
}
