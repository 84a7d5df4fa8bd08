// What is asked of an auth service about one request, and how: the Ingress's own settings or the ConfigMap's, and the
// subrequest that they and the request make.
import type { AdmissionFacts } from '../../admission.ts'
import type { SettingsOf } from '../../define-policy.ts'
import { hostInUrl } from '../../values/host-in-url.ts'
import type { ServiceUrl } from '../../values/service-url.ts'
import { renderSafe, type VariableText } from '../../values/variables.ts'
import type { CacheDuration } from './cache-durations.ts'
import type { externalAuthSettings } from './settings.ts'

export type ExternalAuthSettings = SettingsOf<typeof externalAuthSettings>

/** The settings that are in force for a route, wherever they were written. */
export interface AuthCheck {
  readonly url: ServiceUrl
  readonly method: string | undefined
  readonly signIn: VariableText | undefined
  readonly responseHeaders: readonly string[]
  readonly setFields: readonly (readonly [name: string, value: VariableText])[]
  readonly requestRedirect: VariableText | undefined
  readonly cacheKey: VariableText | undefined
  readonly cacheDurations: readonly CacheDuration[]
  readonly alwaysSetCookie: boolean
}

/** What guards a route: its own auth service, else the one for all; `undefined` for neither. */
export function authCheckOf(settings: ExternalAuthSettings): AuthCheck | undefined {
  if (settings.url !== undefined) {
    const { url, method, signIn, responseHeaders, setFields, requestRedirect } = settings
    const { cacheKey, cacheDurations, alwaysSetCookie } = settings
    return {
      url,
      method,
      signIn,
      responseHeaders,
      setFields: setFields?.fields ?? [],
      requestRedirect,
      cacheKey,
      cacheDurations,
      alwaysSetCookie,
    }
  }
  if (settings.globalUrl === undefined || !settings.enableGlobalAuth) return undefined
  return {
    url: settings.globalUrl,
    method: settings.globalMethod,
    signIn: settings.globalSignIn,
    responseHeaders: settings.globalResponseHeaders,
    setFields: [],
    requestRedirect: settings.globalRequestRedirect,
    cacheKey: settings.globalCacheKey,
    cacheDurations: settings.globalCacheDurations,
    alwaysSetCookie: settings.globalAlwaysSetCookie,
  }
}

/** Marks a subrequest, so that one which comes back is known; its value is a secret of the process. */
export const markName = 'x-portico-subrequest'

/** Fields of the client about the resource, which is not what the auth service answers with. */
const aboutResource: ReadonlySet<string> = new Set([
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
])

/** Names and values in turn of the subrequest about `request`; `host` is the auth service's, `mark` the value of the mark. */
export function subrequestFields(
  check: AuthCheck,
  request: AdmissionFacts,
  host: string,
  mark: string,
): string[] {
  const own: [name: string, value: string][] = [
    ['Host', hostInUrl(host)],
    ['X-Request-ID', request.requestId],
    ['X-Original-URL', `${request.scheme}://${request.authority}${request.target}`],
    ['X-Original-Method', request.method],
    // What services written for ingress-nginx look for.
    ['X-Sent-From', 'nginx-ingress-controller'],
    ['X-Real-IP', request.clientAddress],
    ['X-Forwarded-For', request.clientAddress],
    [
      'X-Auth-Request-Redirect',
      check.requestRedirect === undefined ? request.target : renderSafe(check.requestRedirect, request),
    ],
    [markName, mark],
  ]
  if (check.method !== undefined) own.push(['X-Original-URI', request.target], ['X-Scheme', request.scheme])
  for (const [name, value] of check.setFields) own.push([name, renderSafe(value, request)])
  const replaced = new Set(own.map(([name]) => name.toLowerCase()))
  return [...clientFields(request, replaced), ...request.certificateFields(), ...own.flat()]
}

function clientFields(request: AdmissionFacts, replaced: ReadonlySet<string>): string[] {
  const fields = request.passingFields()
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase()
    // Nobody but Portico says here what the original request was.
    const isClaim = name.startsWith('x-original-') || name.startsWith('x-forwarded-')
    if (!isClaim && !replaced.has(name) && !aboutResource.has(name)) kept.push(fields[i]!, fields[i + 1]!)
  }
  return kept
}
