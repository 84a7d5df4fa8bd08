// The settings of external auth: ingress-nginx's `auth-url` and what belongs to it, on an Ingress and, as `global-auth-…`,
// in the ConfigMap. What can not be read closes the routes: ingress-nginx drops the whole check in some of these cases.
import type { Setting } from '../../define-policy.ts'
import { type ObjectName, parseObjectName } from '../../references.ts'
import {
  booleanSetting,
  nginxSetting,
  onOrOff,
  porticoSetting,
  quote,
  type SettingText,
  secondsSetting,
} from '../../setting-types.ts'
import { parseServiceUrl, type ServiceUrl } from '../../values/service-url.ts'
import { parseVariables, type VariableText } from '../../values/variables.ts'
import { type CacheDuration, parseCacheDurations } from './cache-durations.ts'
import { parseHeaderList } from './header-lists.ts'

/** A ConfigMap of fields for the auth service, and what it holds once it was looked up. */
export interface FieldsReference {
  readonly configMap: ObjectName
  readonly fields: readonly (readonly [name: string, value: VariableText])[]
}

const methods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
])

type Scope = 'annotation' | 'config-map'

function deny<T>(scope: Scope, text: Omit<SettingText<T>, 'scope' | 'onProblem'>): SettingText<T> {
  return { ...text, scope, onProblem: 'deny' }
}

const failsClosed = 'A value that can not be read closes the routes with 503;'

function urlSetting(name: string, scope: Scope): Setting<ServiceUrl | undefined> {
  const doc =
    scope === 'annotation'
      ? 'A service that is asked about every request: a 2xx answer lets it in, 401 and 403 are passed on, anything else, and a service that can not be asked within proxy-connect-timeout and proxy-read-timeout, is 500. May have variables ($host, $request_uri, …).'
      : 'The same as auth-url for every Ingress without an auth-url of its own, unless it sets enable-global-auth: "false". Requests that no rule takes are not asked about.'
  const differs = `A host name.namespace.svc[.cluster.local] of the manifests is asked at that Service's endpoints, a host that Portico serves at Portico itself, without DNS; a request that an auth service makes necessary is never asked about again (500 instead of a loop). Certificates are verified except there and on loopback; ingress-nginx verifies none (portico/auth-tls-verify). The client's own X-Forwarded-*, X-Original-* and conditional fields are not shown to the service, and every Set-Cookie line of its answer is passed on, not only the first.${scope === 'config-map' ? ' A bad value closes all routes with 503; ingress-nginx goes on without auth.' : ''}`
  return nginxSetting<ServiceUrl | undefined>(
    name,
    'URL with variables',
    deny(scope, { default: undefined, doc, differs }),
    written =>
      /^[A-Za-z0-9\-._~/:,?&=${}%+[\]]+$/.test(written)
        ? parseServiceUrl(written)
        : { problem: `${quote(written)} has characters that do not belong in such a URL` },
  )
}

function methodSetting(name: string, scope: Scope): Setting<string | undefined> {
  return nginxSetting<string | undefined>(
    name,
    'method',
    deny(scope, {
      default: undefined,
      choices: [...methods],
      doc: 'Method of the request to the auth service, GET by default; it never has a body. When written, X-Original-URI and X-Scheme are sent along.',
      differs: 'CONNECT is refused: it opens tunnels and asks nothing.',
    }),
    written =>
      methods.has(written)
        ? { value: written }
        : { problem: `${quote(written)} is no method that could ask; write one like "GET" or "POST"` },
  )
}

function signInSetting(name: string, scope: Scope): Setting<VariableText | undefined> {
  return nginxSetting<VariableText | undefined>(
    name,
    'URL with variables',
    {
      scope,
      default: undefined,
      doc: 'Where a client is sent (302) instead of getting a 401 of the auth service; the URL it came for is added as a query parameter.',
      consequence: 'clients get 401',
    },
    written =>
      /^[A-Za-z0-9\-._~/:,?&=${}%+[\]]+$/.test(written)
        ? parseVariables(written)
        : { problem: `${quote(written)} has characters that do not belong in a URL` },
  )
}

function signInParamSetting(name: string, scope: Scope): Setting<string> {
  return nginxSetting<string>(
    name,
    'parameter name',
    {
      scope,
      default: 'rd',
      doc: 'Name of the query parameter of the sign-in URL that carries the URL the client came for.',
    },
    written =>
      /^[A-Za-z0-9\-._~]+$/.test(written)
        ? { value: written }
        : { problem: `${quote(written)} is no name of a query parameter` },
  )
}

function responseHeadersSetting(name: string, scope: Scope): Setting<readonly string[]> {
  return nginxSetting<readonly string[]>(
    name,
    'header names',
    deny(scope, {
      default: [],
      doc: "Headers of the auth service's answer that the backend gets, in place of what the client sent under these names; those missing from the answer are removed.",
      ...(scope === 'config-map' && {
        differs: 'A bad name closes the routes with 503; ingress-nginx leaves it out.',
      }),
    }),
    parseHeaderList,
  )
}

function requestRedirectSetting(name: string, scope: Scope): Setting<VariableText | undefined> {
  return nginxSetting<VariableText | undefined>(
    name,
    scope === 'annotation' ? 'URL' : 'URL with variables',
    deny(scope, {
      default: undefined,
      doc: 'What the auth service is told in X-Auth-Request-Redirect; the URI of the request by default.',
      differs: `${failsClosed} ingress-nginx drops the whole check.`,
    }),
    written =>
      /^[A-Za-z0-9\-._~/:,?&=]+$/.test(written) || (scope === 'config-map' && !/\s/.test(written))
        ? parseVariables(written)
        : { problem: `${quote(written)} has characters that ingress-nginx refuses here` },
  )
}

function cacheKeySetting(name: string, scope: Scope): Setting<VariableText | undefined> {
  return nginxSetting<VariableText | undefined>(
    name,
    'text with variables',
    {
      scope,
      default: undefined,
      doc: 'Answers of the auth service are kept and used again for requests of the same rule and host with the same key; choose what tells clients apart, like "$cookie_session". While an answer is kept, the service is not asked.',
      differs:
        'Memory alone is used, 8 MiB for all answers; what is in the key is kept as a hash. Hosts of a wildcard or an alias do not share answers. Statuses without an auth-cache-duration are never kept, whatever Cache-Control says.',
      consequence: 'nothing is kept',
    },
    written =>
      /^[A-Za-z0-9\-_${}]+$/.test(written)
        ? parseVariables(written)
        : {
            problem: `${quote(written)} has characters other than letters, digits, "-", "_" and those of variables`,
          },
  )
}

function cacheDurationSetting(name: string, scope: Scope): Setting<readonly CacheDuration[]> {
  return nginxSetting<readonly CacheDuration[]>(
    name,
    'statuses and times',
    deny(scope, {
      default: [{ statuses: [200, 202, 401], ms: 300_000 }],
      doc: 'How long answers are kept, by status: "200 202 401 5m, 403 30s"; "200 202 401 5m" by default. X-Accel-Expires and Cache-Control of an answer go before it, and an answer that sets cookies is never kept.',
      differs: `${failsClosed} ingress-nginx drops the whole check in some of these cases.`,
    }),
    parseCacheDurations,
  )
}

function alwaysSetCookieSetting(name: string, scope: Scope): Setting<boolean> {
  return booleanSetting(
    name,
    deny(scope, {
      default: false,
      doc: "Passes the Set-Cookie of the auth service's answer on to the client whatever the status of the response is; by default only with 200, 201, 204, 206, 301, 302, 303, 304, 307 and 308.",
      differs: `${failsClosed} ingress-nginx drops the whole check.`,
    }),
  )
}

/** Everything about external auth that can be written. */
export const externalAuthSettings = {
  url: urlSetting('auth-url', 'annotation'),
  method: methodSetting('auth-method', 'annotation'),
  signIn: signInSetting('auth-signin', 'annotation'),
  signInParam: signInParamSetting('auth-signin-redirect-param', 'annotation'),
  responseHeaders: responseHeadersSetting('auth-response-headers', 'annotation'),
  setFields: nginxSetting<FieldsReference | undefined>(
    'auth-proxy-set-headers',
    'ConfigMap',
    deny('annotation', {
      default: undefined,
      doc: 'A ConfigMap, "name" or "namespace/name", whose entries are sent to the auth service as headers; values may have variables. One that is missing, or names a header badly, closes the routes with 503.',
      differs: 'Headers that frame messages or name the host are refused.',
    }),
    written => {
      const configMap = parseObjectName(written)
      return configMap === undefined
        ? { problem: `${quote(written)} names no ConfigMap` }
        : { value: { configMap, fields: [] } }
    },
  ),
  requestRedirect: requestRedirectSetting('auth-request-redirect', 'annotation'),
  cacheKey: cacheKeySetting('auth-cache-key', 'annotation'),
  cacheDurations: cacheDurationSetting('auth-cache-duration', 'annotation'),
  alwaysSetCookie: alwaysSetCookieSetting('auth-always-set-cookie', 'annotation'),
  keepalive: nginxSetting<number | undefined>(
    'auth-keepalive',
    'integer',
    {
      default: undefined,
      doc: 'Whether connections to the auth service are kept for further requests; "0" closes each after its answer.',
      differs:
        'Connections are kept unless "0" is written, also with HTTP/2 and with variables in the host, and any positive number means the same: idle ones go when their time is over.',
    },
    written =>
      /^\d{1,6}$/.test(written)
        ? { value: Number(written) }
        : { problem: `${quote(written)} is not a number of connections` },
  ),
  keepaliveShareVars: booleanSetting('auth-keepalive-share-vars', {
    default: false,
    doc: 'Gives the request to the auth service the same X-Request-ID as the one to the backend.',
    differs: 'They are always the same here.',
  }),
  keepaliveRequests: nginxSetting<number>(
    'auth-keepalive-requests',
    'integer',
    { default: 1000, doc: 'Requests to the auth service after which a kept connection is closed.' },
    written =>
      /^[1-9]\d{0,8}$/.test(written)
        ? { value: Number(written) }
        : { problem: `${quote(written)} is not a number of requests above 0` },
  ),
  keepaliveTimeoutMs: secondsSetting('auth-keepalive-timeout', {
    default: 60_000,
    doc: 'Time an idle connection to the auth service is kept.',
  }),
  tlsVerify: porticoSetting<boolean>(
    'auth-tls-verify',
    'on or off',
    {
      default: true,
      choices: onOrOff,
      doc: 'Whether the certificate of an https auth-url (or global-auth-url) must be valid for its host. Services of the manifests, hosts that Portico serves and loopback addresses are never verified.',
    },
    written =>
      written === 'on' || written === 'off'
        ? { value: written === 'on' }
        : { problem: `${quote(written)} is neither "on" nor "off"` },
  ),
  enableGlobalAuth: booleanSetting('enable-global-auth', {
    default: true,
    doc: "Whether the ConfigMap's global-auth-url guards this Ingress; an auth-url of its own takes its place anyway.",
  }),
  globalUrl: urlSetting('global-auth-url', 'config-map'),
  globalMethod: methodSetting('global-auth-method', 'config-map'),
  globalSignIn: signInSetting('global-auth-signin', 'config-map'),
  globalSignInParam: signInParamSetting('global-auth-signin-redirect-param', 'config-map'),
  globalResponseHeaders: responseHeadersSetting('global-auth-response-headers', 'config-map'),
  globalRequestRedirect: requestRedirectSetting('global-auth-request-redirect', 'config-map'),
  globalCacheKey: cacheKeySetting('global-auth-cache-key', 'config-map'),
  globalCacheDurations: cacheDurationSetting('global-auth-cache-duration', 'config-map'),
  globalAlwaysSetCookie: alwaysSetCookieSetting('global-auth-always-set-cookie', 'config-map'),
  globalSnippet: nginxSetting<undefined>(
    'global-auth-snippet',
    'nginx configuration',
    deny('config-map', {
      default: undefined,
      doc: 'Refused: there is no nginx here to read it. It belongs to a guard, so all routes are closed with 503 while it is written.',
      differs: 'ingress-nginx writes it into the location that asks the auth service.',
    }),
    () => ({ problem: 'it is text for an nginx configuration, and there is no nginx here' }),
  ),
} as const
