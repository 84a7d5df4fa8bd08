// The list of all policies and what is derived from it. A new policy is one file and one line here.

import { accessLists } from './access/access-lists.ts'
import { blockLists } from './access/block-lists.ts'
import { clientCertificates } from './access/client-certificates.ts'
import { externalAuth } from './access/external-auth/external-auth.ts'
import { passwordAuth } from './access/password-auth.ts'
import { rateLimits } from './access/rate-limits.ts'
import { satisfy } from './access/satisfy.ts'
import { backendConnections } from './backends/backend-connections.ts'
import { backendMessage } from './backends/backend-message.ts'
import { backendTls } from './backends/backend-tls.ts'
import { bodySize } from './backends/body-size.ts'
import { faultInjection } from './backends/fault-injection.ts'
import { fieldNames } from './backends/field-names.ts'
import { mirror } from './backends/mirror.ts'
import { nextUpstream } from './backends/next-upstream.ts'
import { originalUri } from './backends/original-uri.ts'
import { proxySetHeaders } from './backends/proxy-set-headers.ts'
import { requestBuffering } from './backends/request-buffering.ts'
import { responseBuffers } from './backends/response-buffers.ts'
import { serviceUpstream } from './backends/service-upstream.ts'
import { timeouts } from './backends/timeouts.ts'
import { upstreamVhost } from './backends/upstream-vhost.ts'
import { affinity } from './balancing/affinity.ts'
import { balance } from './balancing/balance.ts'
import { circuitBreaker } from './balancing/circuit-breaker.ts'
import { healthCheck } from './balancing/health-check.ts'
import { hold } from './balancing/hold.ts'
import { outlier } from './balancing/outlier.ts'
import { retryBudget } from './balancing/retry-budget.ts'
import { slowStart } from './balancing/slow-start.ts'
import { clientConnections } from './clients/client-connections.ts'
import { forwardedHeaders } from './clients/forwarded-headers.ts'
import { serverTls } from './clients/server-tls.ts'
import { tlsPassthrough } from './clients/tls-passthrough.ts'
import type { AnyPolicy, AnySetting, SettingsOf } from './define-policy.ts'
import { annotationRules } from './ledger/annotation-rules.ts'
import { accessLog } from './observability/access-log.ts'
import { opentelemetry } from './observability/opentelemetry.ts'
import { addHeaders } from './responses/add-headers.ts'
import { compression } from './responses/compression.ts'
import { cors } from './responses/cors.ts'
import { customHeaders } from './responses/custom-headers.ts'
import { hideHeaders } from './responses/hide-headers.ts'
import { hsts } from './responses/hsts.ts'
import { limitRate } from './responses/limit-rate.ts'
import { proxyCookies } from './responses/proxy-cookies.ts'
import { proxyRedirect } from './responses/proxy-redirect.ts'
import { serverField } from './responses/server-field.ts'
import { appRoot } from './routing/app-root.ts'
import { canary } from './routing/canary.ts'
import { errorPages } from './routing/error-pages.ts'
import { matchConditions } from './routing/match-conditions.ts'
import { redirect } from './routing/redirect.ts'
import { rewrite } from './routing/rewrite.ts'
import { serverAlias } from './routing/server-alias.ts'
import { sslRedirect } from './routing/ssl-redirect.ts'
import { variant } from './routing/variant.ts'

/** Policies of requests, in the order a request meets them. */
const requestPolicies = [
  tlsPassthrough,
  clientCertificates,
  blockLists,
  appRoot,
  cors,
  redirect,
  sslRedirect,
  rateLimits,
  accessLists,
  passwordAuth,
  externalAuth,
  mirror,
  faultInjection,
  satisfy,
  bodySize,
  rewrite,
  upstreamVhost,
  serverAlias,
  serviceUpstream,
  errorPages,
  timeouts,
  nextUpstream,
  compression,
  forwardedHeaders,
  clientConnections,
  serverTls,
  limitRate,
  requestBuffering,
  responseBuffers,
  fieldNames,
  originalUri,
  proxySetHeaders,
  backendMessage,
  proxyCookies,
  proxyRedirect,
  hideHeaders,
  serverField,
  addHeaders,
  customHeaders,
  hsts,
  accessLog,
  matchConditions,
  variant,
  opentelemetry,
] as const

/** Policies of backends: what an `Upstream` carries. */
export const upstreamPolicies = [
  backendTls,
  backendConnections,
  affinity,
  balance,
  circuitBreaker,
  outlier,
  healthCheck,
  slowStart,
  retryBudget,
  hold,
] as const

/** Policies of a route, those of its backend included. */
export const allPolicies = [...requestPolicies, ...upstreamPolicies] as const

type RoutePolicy = (typeof allPolicies)[number]
type UpstreamPolicy = (typeof upstreamPolicies)[number]

/** What is in force on a route: the settings of every policy, by its name. Plain data. */
export type RoutePolicies = { readonly [P in RoutePolicy as P['name']]: SettingsOf<P['settings']> }

/** The share of it that an upstream carries. */
export type UpstreamPolicies = Pick<RoutePolicies, UpstreamPolicy['name']>

/** The policies of an Ingress without annotations. */
export const defaultRoutePolicies = defaultsOf(allPolicies) as RoutePolicies

/** The policies of an upstream about which nobody says anything. */
export const defaultUpstreamPolicies = defaultsOf(upstreamPolicies) as UpstreamPolicies

function defaultsOf(policies: readonly AnyPolicy[]): unknown {
  return Object.freeze(Object.fromEntries(policies.map(policy => [policy.name, policy.defaults])))
}

/** Every policy there is: those of routes, and those that decide between backends. Documentation is derived from it. */
export const everyPolicy: readonly AnyPolicy[] = [...allPolicies, canary, annotationRules]

/** A setting and where it belongs. */
export interface KnownSetting {
  readonly policy: AnyPolicy
  /** Its name among the policy's settings. */
  readonly name: string
  readonly setting: AnySetting
}

const knownSettings: readonly KnownSetting[] = everyPolicy.flatMap(policy =>
  Object.entries(policy.settings as Record<string, AnySetting>).map(([name, setting]) => ({
    policy,
    name,
    setting,
  })),
)

const settingsByAnnotation = indexBy(({ annotation }) => annotation)
const settingsByConfigKey = indexBy(({ configKey }) => configKey)

function indexBy(keyOf: (setting: AnySetting) => string | undefined): ReadonlyMap<string, KnownSetting> {
  const index = new Map<string, KnownSetting>()
  for (const known of knownSettings) {
    const key = keyOf(known.setting)
    if (key !== undefined) index.set(key, known)
  }
  return index
}

/** The setting that an annotation (full key) gives a value to; `undefined` when no policy knows it. */
export function findSetting(annotation: string): KnownSetting | undefined {
  return settingsByAnnotation.get(annotation)
}

/** The setting that a key of the ConfigMap gives a default to; `undefined` when no policy knows it. */
export function findConfigSetting(key: string): KnownSetting | undefined {
  return settingsByConfigKey.get(key)
}

/** Full keys of all annotations that have an effect. */
export const knownAnnotations: readonly string[] = [...settingsByAnnotation.keys()]

/** Keys of the ConfigMap that have an effect. */
export const knownConfigKeys: readonly string[] = [...settingsByConfigKey.keys()]
