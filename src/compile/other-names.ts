// The names an Ingress gives its hosts besides those in its rules: aliases, and the forms that are redirected to a host.

import type { Place } from '../diagnostics/place.ts'
import { nginxPrefix } from '../policies/define-policy.ts'
import { otherWwwForm } from '../policies/routing/ssl-redirect.ts'
import type { IngressPlan } from './plan-ingress.ts'

/** Aliases and redirected forms that are names, not regexes: a certificate may cover them. */
export function otherNamesOf({ annotations, hosts }: IngressPlan): readonly string[] {
  const { serverAlias, sslRedirect } = annotations.handling.policies
  const aliases = serverAlias.aliases.filter(({ kind }) => kind === 'name').map(({ text }) => text)
  if (!sslRedirect.fromToWww) return aliases
  return [...aliases, ...hosts.filter(hasOtherForm).map(({ host }) => otherWwwForm(host))]
}

/** Whether a host can be redirected to: a wildcard has no one name. */
export function hasOtherForm({ host }: { readonly host: string }): boolean {
  return host !== '' && !host.startsWith('*.')
}

/** Where an Ingress says something: its annotation, or the object itself where the ConfigMap says it. */
export function annotationPlace({ ingress: { meta } }: IngressPlan, name: string): Place {
  return meta.annotations.get(nginxPrefix + name)?.place ?? meta.place
}
