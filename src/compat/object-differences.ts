// What differs about whole objects and hosts: API versions that clusters no longer have, HSTS, regexes of another engine.

import type { Place, SourceDocument } from '../diagnostics/place.ts'
import type { Ingress, IngressPath } from '../resources/ingress.ts'
import { compilePathRegex } from '../routing/rule-path.ts'
import { type CompatInput, requestFor } from './compat-input.ts'
import type { Difference } from './difference.ts'

/** Each once: for the first host, or for each object. */
export function findObjectDifferences(input: CompatInput): Difference[] {
  return [...findHsts(input), ...input.ingresses.flatMap(oldVersion), ...findForeignRegexes(input)]
}

/** ingress-nginx sends it on every response over TLS unless its ConfigMap says otherwise. */
function findHsts({ ingresses, table, options: { configMap }, resources }: CompatInput): Difference[] {
  const key = configMap && `${configMap.namespace}/${configMap.name}`
  const isWritten = key !== undefined && resources.configMaps.get(key)?.data.has('hsts') === true
  if (isWritten || table.unclaimed.policies.hsts.enabled) return []
  const entries = ingresses.flatMap(ingress =>
    ingress.tls.flatMap(({ hosts }) => hosts.map(host => ({ ingress, host }))),
  )
  const [first] = entries
  if (first === undefined) return []
  const { ingress, host } = first
  const others = new Set(entries.map(({ host }) => host.value)).size - 1
  const hosts = others === 0 ? host.value : `${host.value} and ${others} more`
  return [
    {
      severity: 'note',
      code: 'compat-hsts',
      place: host.place,
      object: objectOf(ingress),
      problem: `tls ${hosts}: ingress-nginx sends Strict-Transport-Security with every answer over TLS, Portico does so with hsts: "true" in the ConfigMap`,
      shown: {
        request: requestFor(host.value, '/', true),
        here: 'no Strict-Transport-Security',
        there: 'Strict-Transport-Security: max-age=31536000; includeSubDomains',
      },
    },
  ]
}

function oldVersion(ingress: Ingress): Difference[] {
  const version = betaVersionOf(ingress.meta.place.document)
  if (version === undefined) return []
  return [
    {
      severity: 'warning',
      code: 'compat-api-version',
      place: ingress.meta.place,
      object: objectOf(ingress),
      problem: `apiVersion ${version} is read here; clusters since 1.22 do not have it and refuse the object: write networking.k8s.io/v1`,
      shown: undefined,
    },
  ]
}

/** Objects do not keep their version: the document says it. A list of objects may have others, and is left alone. */
function betaVersionOf({ text }: SourceDocument): string | undefined {
  const versions = [...text.matchAll(/^["']?apiVersion["']?:[ \t]*["']?([\w./]+)/gm)]
  const version = versions.length === 1 ? versions[0]![1]! : ''
  return /^(?:networking\.k8s\.io|extensions)\/v1beta1$/.test(version) ? version : undefined
}

/** What PCRE has and RE2 has not; other patterns that do not compile are no regexes there either. */
function findForeignRegexes({ ingresses, table }: CompatInput): Difference[] {
  const served = new Set(table.hosts.flatMap(({ routes }) => routes.map(({ origin }) => origin.place)))
  return ingresses.flatMap(ingress => foreignRegexes(ingress, served))
}

function foreignRegexes(ingress: Ingress, served: ReadonlySet<Place>): Difference[] {
  const isForeign = ({ path, place }: IngressPath) =>
    /\(\?(?:[=!>]|<[=!])|\\[1-9]|[*+?}]\+/.test(path) &&
    !served.has(place) &&
    'problem' in compilePathRegex(path)
  return ingress.rules.flatMap(({ host, paths = [] }) =>
    paths.filter(isForeign).map(({ path, place, backend }) => ({
      severity: 'warning' as const,
      code: 'compat-regex-syntax' as const,
      place,
      object: objectOf(ingress),
      problem: `path ${path}: look-around, backreferences and possessive quantifiers are regexes of ingress-nginx and none here`,
      shown: {
        request: requestFor(host, '/', false),
        here: 'the path is not served, or 503 where it is guarded',
        there: `Service ${ingress.meta.namespace}/${backend.service?.name ?? ''} for what the regex takes`,
      },
    })),
  )
}

function objectOf({ meta }: Ingress): string {
  return `Ingress ${meta.namespace}/${meta.name}`
}
