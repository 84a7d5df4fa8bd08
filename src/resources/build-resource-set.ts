// All documents in source order → ResourceSet. Finds objects that are defined twice; checks nothing else.

import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts'
import { placeText } from '../diagnostics/place-text.ts'
import type { ConfigMap } from './config-map.ts'
import type { EndpointSlice, Endpoints } from './endpoints.ts'
import type { Ingress } from './ingress.ts'
import type { IngressClass } from './ingress-class.ts'
import { objectKey } from './object-meta.ts'
import type { ReadDocument } from './read-document.ts'
import type { Resource } from './resource.ts'
import type { ResourceSet } from './resource-set.ts'
import type { Secret } from './secret.ts'
import type { Service } from './service.ts'

/** Indexes the objects of documents given by file path, then position. The first of a kind, namespace and name counts. */
export function buildResourceSet(documents: Iterable<ReadDocument>, report: Report): ResourceSet {
  const set = emptySet()
  const known = new Map<string, Resource>()
  for (const { resources, otherKinds } of documents) {
    for (const resource of resources) {
      const key = `${resource.kind} ${objectKey(resource.meta.namespace, resource.meta.name)}`
      const first = known.get(key)
      if (first === undefined) {
        known.set(key, resource)
        add(set, resource)
      } else report(duplicate(first, resource))
    }
    for (const kind of otherKinds) set.otherKinds.set(kind, (set.otherKinds.get(kind) ?? 0) + 1)
  }
  return set
}

function emptySet() {
  return {
    ingresses: [] as Ingress[],
    ingressClasses: new Map<string, IngressClass>(),
    services: new Map<string, Service>(),
    endpoints: new Map<string, Endpoints>(),
    endpointSlices: new Map<string, EndpointSlice[]>(),
    secrets: new Map<string, Secret>(),
    configMaps: new Map<string, ConfigMap>(),
    otherKinds: new Map<string, number>(),
  }
}

function add(set: ReturnType<typeof emptySet>, resource: Resource): void {
  const key = objectKey(resource.meta.namespace, resource.meta.name)
  switch (resource.kind) {
    case 'Ingress':
      set.ingresses.push(resource)
      break
    case 'IngressClass':
      set.ingressClasses.set(resource.meta.name, resource)
      break
    case 'Service':
      set.services.set(key, resource)
      break
    case 'Endpoints':
      set.endpoints.set(key, resource)
      break
    case 'EndpointSlice':
      addSlice(set.endpointSlices, resource)
      break
    case 'Secret':
      set.secrets.set(key, resource)
      break
    case 'ConfigMap':
      set.configMaps.set(key, resource)
  }
}

function addSlice(slices: Map<string, EndpointSlice[]>, slice: EndpointSlice): void {
  const service = objectKey(slice.meta.namespace, slice.serviceName)
  const known = slices.get(service)
  if (known === undefined) slices.set(service, [slice])
  else known.push(slice)
}

/** An exact copy does no harm; anything else means that one of the two is not what is served. */
function duplicate(first: Resource, second: Resource): Diagnostic {
  const { name, namespace, place } = second.meta
  const where = placeText(first.meta.place)
  const isCopy = textFrom(first) === textFrom(second)
  return {
    severity: isCopy ? 'note' : 'error',
    code: 'duplicate-object',
    place,
    object: `${second.kind} ${namespace === '' ? name : objectKey(namespace, name)}`,
    message: isCopy
      ? `is an exact copy of the one at ${where}; it is ignored`
      : `is already defined at ${where}; that one counts, this one is ignored`,
  }
}

/** The document's text from the object on. */
function textFrom({ meta: { place } }: Resource): string {
  return place.document.text.slice(place.offset).trimEnd()
}
