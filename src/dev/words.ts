// How pages and fields for developers name the parts of a table.
import { allPolicies } from '../policies/all.ts'
import { type AnyPolicy, type AnySetting, nginxPrefix } from '../policies/define-policy.ts'
import type { Handling } from '../policies/handling.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { findHost } from '../routing/matcher.ts'
import type { Origin, Route } from '../routing/table.ts'

/** What took a request: its rule, or the default backend that its host falls back to; empty for neither. */
export function takerText({ route, host, proxy }: RequestState): string {
  if (route === undefined) return ''
  if (findHost(proxy.live.matcher, host)?.hostRoutes.fallback !== route) return routeText(route)
  return route.backend === undefined ? '' : `default backend of ${route.host || 'any host'}`
}

/** `foo.com/cart Prefix`; `*` is any host. */
export function routeText({ host, path, kind }: Route): string {
  return `${host || '*'}${path} ${kindWords[kind]}`
}

const kindWords = { exact: 'Exact', prefix: 'Prefix', regex: 'regex' } as const

/** The rule that decided: the canary's where it took the request. */
export function originOf(request: RequestState): Origin | undefined {
  return (request.canary ?? request.route)?.origin
}

/**
 * The settings that requests meet and that are not their defaults, by the short names of annotations (`limit-rps`) or
 * ConfigMap keys. No values: they may be secret.
 */
export function settingsInForce({ moments, policies }: Handling): string[] {
  const names: string[] = []
  for (const index of new Set(Object.values(moments).flat())) {
    const policy = allPolicies[index] as AnyPolicy
    const settings = policies[policy.name as keyof typeof policies] as Record<string, unknown>
    for (const [key, { annotation, configKey, default: usual }] of Object.entries<AnySetting>(
      policy.settings,
    )) {
      const name = annotation?.replace(nginxPrefix, '') ?? configKey
      if (settings[key] !== usual && name !== undefined) names.push(name)
    }
  }
  return names
}
