// What differences are looked for in: manifests and what they compiled to, with the few questions that every search asks.
import type { Compilation } from '../compile/compilation.ts'
import type { CompileOptions } from '../compile/options.ts'
import { selectIngresses } from '../compile/select-ingresses.ts'
import type { Ingress, IngressPath } from '../resources/ingress.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Backend, Route, RoutingTable } from '../routing/table.ts'
import type { ShowingRequest } from './difference.ts'

/** Manifests, and the table made of them under the same options. */
export interface CompatInput {
  readonly resources: ResourceSet
  readonly table: RoutingTable
  /** Those that are served: of the wanted namespace and class. */
  readonly ingresses: readonly Ingress[]
  readonly options: CompileOptions
  /** The rule that a route was made of; `undefined` for fallbacks and what else is no rule. */
  ruleOf(route: Route): IngressPath | undefined
}

/** Gathers what the searches need. */
export function compatInput(
  resources: ResourceSet,
  { table }: Pick<Compilation, 'table'>,
  options: CompileOptions,
): CompatInput {
  const ingresses = selectIngresses(resources, options, [])
  const rules = new Map(
    ingresses.flatMap(({ rules }) =>
      rules.flatMap(({ paths = [] }) => paths.map(path => [path.place, path] as const)),
    ),
  )
  return { resources, table, ingresses, options, ruleOf: route => rules.get(route.origin.place) }
}

/** `Ingress shop/web`: whose route it is. */
export function objectOf({ origin: { namespace, ingress } }: Route): string {
  return `Ingress ${objectKey(namespace, ingress)}`
}

/** `Service shop/cart:80`. */
export function backendText({
  namespace,
  service,
  port,
}: Pick<Backend, 'namespace' | 'service' | 'port'>): string {
  return `Service ${namespace}/${service}:${port}`
}

/** A GET for a path of a host as a rule names it. A wildcard gets a label, and no host at all a name that nothing claims. */
export function requestFor(
  host: string,
  path: string,
  isSecure: boolean,
  fields: ShowingRequest['fields'] = [],
): ShowingRequest {
  const name = host === '' ? 'unclaimed.invalid' : host.replace(/^\*/, 'any')
  return { url: `${isSecure ? 'https' : 'http'}://${name}${path}`, fields }
}
