// Looks up the Secrets and ConfigMaps that the settings of an Ingress name, and remembers what was looked at: what was
// planned with them is good as long as they are the same objects.
import type { Found, ObjectName, References } from '../policies/references.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import { nameBackend } from './named-backend.ts'
import type { BackendResolver } from './resolve-backends.ts'

/** One look: an object of a snapshot, or its absence. */
type Look = (resources: ResourceSet) => unknown

/** Which objects something was made of. */
export class ReferenceLog {
  readonly #looks: { readonly look: Look; readonly seen: unknown }[] = []

  /** What `look` finds, remembered. */
  note<T>(resources: ResourceSet, look: (resources: ResourceSet) => T): T {
    const seen = look(resources)
    this.#looks.push({ look, seen })
    return seen
  }

  /** Whether `resources` would give the same answers. */
  holdsFor(resources: ResourceSet): boolean {
    return this.#looks.every(({ look, seen }) => look(resources) === seen)
  }
}

/** The objects that an Ingress of `namespace` may see. */
export function createReferences(
  resources: ResourceSet,
  namespace: string,
  allowsOtherNamespaces: boolean,
  log: ReferenceLog,
  resolver: BackendResolver,
): References {
  function find<T>(
    kind: string,
    name: ObjectName,
    look: (resources: ResourceSet, key: string) => T | undefined,
    isFar = allowsOtherNamespaces,
  ): T | { problem: string } {
    const owner = name.namespace ?? namespace
    if (owner !== namespace && !isFar) {
      return { problem: `names ${kind} ${owner}/${name.name} of another namespace, which is not allowed` }
    }
    const key = objectKey(owner, name.name)
    return (
      log.note(resources, set => look(set, key)) ?? { problem: `names ${kind} ${key}, which does not exist` }
    )
  }

  return {
    namespace,
    secret(name): Found<Buffer> {
      const found = find('Secret', name, (set, key) => set.secrets.get(key))
      return 'problem' in found ? found : { data: mapValues(found.data, ({ bytes }) => bytes) }
    },
    configMap(name, reach): Found<string> {
      const isFar = allowsOtherNamespaces || reach === 'any namespace'
      const found = find('ConfigMap', name, (set, key) => set.configMaps.get(key), isFar)
      return 'problem' in found ? found : { data: mapValues(found.data, ({ value }) => value) }
    },
    endpoints(owner, service, port) {
      const backend = nameBackend(owner, service, { number: port })
      // The resolver answers for the present snapshot, and with the same object as long as nothing changed.
      const look = () => {
        resolver.namedInUrls.add(backend.serviceKey)
        return resolver.resolve(backend).backend
      }
      return log.note(resources, look).upstream?.endpoints
    },
  }
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)]))
}
