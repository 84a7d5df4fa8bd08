// How settings that name other objects come to what those hold. Compiling looks them up and remembers what was asked for:
// an Ingress is planned anew when one of those objects changes.

/** A Secret or ConfigMap, as an annotation names it: `namespace/name`, or a name in the Ingress's own namespace. */
export interface ObjectName {
  /** `undefined`: the Ingress's own. */
  readonly namespace: string | undefined
  readonly name: string
}

/** What was found, or why nothing may be used: a clause that completes "…: ". */
export type Found<T> = { readonly data: ReadonlyMap<string, T> } | { readonly problem: string }

/** Objects beside an Ingress, as far as it may see them. */
export interface References {
  /** Namespace of the Ingress. */
  readonly namespace: string
  secret(name: ObjectName): Found<Buffer>
  /** `reach`: ConfigMaps of other namespaces may be looked at too, where ingress-nginx looks at them. */
  configMap(name: ObjectName, reach?: 'any namespace'): Found<string>
  /**
   * The addresses of a Service port, of whichever namespace: a URL can name any. `undefined` when there is no such Service
   * here.
   */
  endpoints(
    namespace: string,
    service: string,
    port: number,
  ): readonly { readonly address: string; readonly port: number }[] | undefined
}

/** Reads `name` or `namespace/name`; `undefined` when it is neither. */
export function parseObjectName(text: string): ObjectName | undefined {
  const match = /^(?:([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/.exec(text)
  return match === null ? undefined : { namespace: match[1], name: match[2]! }
}
