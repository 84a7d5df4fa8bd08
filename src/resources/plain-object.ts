// Objects as plain data in Kubernetes' own form: what was written, with what an API server would add on reading. What
// Secrets hold is never in it.
import { type Node, scalarType } from '../diagnostics/node.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import type { Ingress, IngressBackend, IngressPath } from './ingress.ts'
import { parseYaml } from './parse-yaml.ts'
import type { Resource } from './resource.ts'
import type { Secret } from './secret.ts'

/** An object as JSON has it, keys in the order they were written. */
export interface PlainObject {
  readonly apiVersion: string
  readonly kind: Resource['kind']
  readonly metadata: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/** The apiVersion that each kind is shown in, whatever it was written in. */
const apiVersions: Readonly<Record<Resource['kind'], string>> = {
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  Service: 'v1',
  Endpoints: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Secret: 'v1',
  ConfigMap: 'v1',
}

/** kubectl keeps whole objects in this annotation, those of Secrets with what is in them. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Gives each resource in Kubernetes' form. Its document is parsed anew, since reading keeps only what a proxy needs; a reader
 * remembers the last document, because objects that follow each other often share one.
 */
export function createPlainReader(): (resource: Resource) => PlainObject {
  let last: { readonly document: SourceDocument; readonly mappings: ReadonlyMap<number, Node> } | undefined
  return resource => {
    const { document, offset } = resource.meta.place
    if (last?.document !== document) last = { document, mappings: mappingsByOffset(document) }
    const node = last.mappings.get(offset)
    const written = node === undefined ? {} : (plainValue(node) as Record<string, unknown>)
    return withReading(resource, written)
  }
}

/** Where objects can stand: at the top, in arrays there, and among the items of lists, which may be lists themselves. */
function mappingsByOffset({ text }: SourceDocument): ReadonlyMap<number, Node> {
  const parsed = parseYaml(text)
  const mappings = new Map<number, Node>()
  const collect = (node: Node): void => {
    if (node.kind === 'sequence') node.items.forEach(collect)
    if (node.kind !== 'mapping') return
    mappings.set(node.offset, node)
    const items = node.entries.get('items')?.value
    if (items?.kind === 'sequence') items.items.forEach(collect)
  }
  if (parsed.ok) parsed.roots.forEach(collect)
  return mappings
}

function withReading(resource: Resource, written: Record<string, unknown>): PlainObject {
  const { kind } = resource
  const head = { apiVersion: apiVersions[kind], kind, metadata: metadataOf(resource, written.metadata) }
  if (resource.kind === 'Secret') return { ...head, ...secretFields(resource, written) }
  if (resource.kind === 'Ingress') {
    const { status } = written
    return { ...head, spec: ingressSpec(resource), ...(status === undefined ? {} : { status }) }
  }
  const { apiVersion: _, kind: __, metadata: ___, ...others } = written
  return { ...head, ...others }
}

function metadataOf({ kind, meta }: Resource, written: unknown): Record<string, unknown> {
  const { managedFields: _, annotations, ...others } = asRecord(written)
  const namespace = meta.namespace === '' ? {} : { namespace: meta.namespace }
  const kept = { ...asRecord(annotations) }
  if (kind === 'Secret') delete kept[lastAppliedAnnotation]
  return {
    ...others,
    name: meta.name,
    ...namespace,
    ...(annotations === undefined ? {} : { annotations: kept }),
  }
}

/** Only fields that a Secret has: what was misplaced may be secret too. */
function secretFields({ type, data }: Secret, { immutable }: Record<string, unknown>): object {
  const lengths = [...data].map(([key, { bytes }]) => [key, `<${bytes.length} bytes>`])
  return { type, data: Object.fromEntries(lengths), ...(immutable === true ? { immutable } : {}) }
}

/** In the form of networking.k8s.io/v1, as far as it is usable: beta forms are read into it. */
function ingressSpec({ className, defaultBackend, tls, rules }: Ingress): object {
  return withoutUndefined({
    ingressClassName: className?.value,
    defaultBackend: defaultBackend && backendOf(defaultBackend),
    tls: listOrNone(
      tls.map(({ hosts, secretName }) =>
        withoutUndefined({ hosts: listOrNone(hosts.map(host => host.value)), secretName: secretName?.value }),
      ),
    ),
    rules: listOrNone(
      rules.map(({ host, paths }) =>
        withoutUndefined({ host: host || undefined, http: paths && { paths: paths.map(pathOf) } }),
      ),
    ),
  })
}

function pathOf({ path, pathType, backend }: IngressPath): object {
  return { path, pathType, backend: backendOf(backend) }
}

function backendOf({ service, resource }: IngressBackend): object {
  return service === undefined ? { resource } : { service: { name: service.name, port: service.port } }
}

function listOrNone<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

/** A mapping as it is; an empty one in the place of anything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMapping ? (value as Record<string, unknown>) : {}
}

/** Values by the core schema; a number that JSON can not hold stays text. */
function plainValue(node: Node): unknown {
  if (node.kind === 'sequence') return node.items.map(plainValue)
  // fromEntries defines keys instead of assigning them: "__proto__" is a key like any other.
  if (node.kind === 'mapping')
    return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainValue(value)]))
  const { text } = node
  switch (scalarType(node)) {
    case 'null':
      return null
    case 'boolean':
      return text.toLowerCase() === 'true'
    case 'integer':
    case 'float':
      return Number.isFinite(Number(text)) ? Number(text) : text
    case 'string':
      return text
  }
}
