// Looks up the Secrets and ConfigMaps that the settings of an Ingress name, and remembers what was looked at: what was
// planned with them is good as long as they are the same objects.
import type { Found, ObjectName, References } from '../policies/references.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Endpoint } from '../routing/table.ts'
import { nameBackend } from './named-backend.ts'
import type { BackendResolver } from './resolve-backends.ts'

/** An object that was looked up, or its absence. Holds on to no snapshot: plans outlive those they were made from. */
export interface Look {
  readonly find: (resources: ResourceSet) => unknown
  readonly seen: unknown
}

/** Whether all looks would see the same in `resources`. */
export function holdFor(looks: readonly Look[], resources: ResourceSet): boolean {
  return looks.every(({ find, seen }) => find(resources) === seen)
}

const none: readonly Look[] = Object.freeze([])

/** The objects of one snapshot that an Ingress of `namespace` may see. */
export class SnapshotReferences implements References {
  readonly namespace: string
  readonly #resources: ResourceSet
  readonly #allowsOtherNamespaces: boolean
  readonly #resolver: BackendResolver
  #looks: Look[] | undefined

  constructor(
    resources: ResourceSet,
    namespace: string,
    allowsOtherNamespaces: boolean,
    resolver: BackendResolver,
  ) {
    this.namespace = namespace
    this.#resources = resources
    this.#allowsOtherNamespaces = allowsOtherNamespaces
    this.#resolver = resolver
  }

  /** What was looked at so far. */
  get looks(): readonly Look[] {
    return this.#looks ?? none
  }

  secret(name: ObjectName): Found<Buffer> {
    const found = this.#find('Secret', name, this.#allowsOtherNamespaces, secretIn)
    return 'problem' in found ? found : { data: mapValues(found.data, ({ bytes }) => bytes) }
  }

  configMap(name: ObjectName, reach?: 'any namespace'): Found<string> {
    const isFar = this.#allowsOtherNamespaces || reach === 'any namespace'
    const found = this.#find('ConfigMap', name, isFar, configMapIn)
    return 'problem' in found ? found : { data: mapValues(found.data, ({ value }) => value) }
  }

  endpoints(owner: string, service: string, port: number): readonly Endpoint[] | undefined {
    const backend = nameBackend(owner, service, { number: port })
    const resolver = this.#resolver
    // The resolver answers for the present snapshot, and with the same object as long as nothing changed.
    const look = () => {
      resolver.namedInUrls.add(backend.serviceKey)
      return resolver.resolve(backend).backend
    }
    return this.#note(look).upstream?.endpoints
  }

  #find<T>(
    kind: string,
    name: ObjectName,
    isFar: boolean,
    objectIn: (resources: ResourceSet, key: string) => T | undefined,
  ): T | { problem: string } {
    const owner = name.namespace ?? this.namespace
    if (owner !== this.namespace && !isFar) {
      return { problem: `names ${kind} ${owner}/${name.name} of another namespace, which is not allowed` }
    }
    const key = objectKey(owner, name.name)
    return (
      this.#note(resources => objectIn(resources, key)) ?? {
        problem: missingProblem(kind, key),
      }
    )
  }

  #note<T>(find: (resources: ResourceSet) => T): T {
    const seen = find(this.#resources)
    this.#looks ??= []
    this.#looks.push({ find, seen })
    return seen
  }
}

function missingProblem(kind: string, key: string): string {
  return `names ${kind} ${key}, which does not exist`
}

/** Whether what is wrong with a setting is that its Secret is not there: often it is in the cluster all the same. */
export function saysMissingSecret(problem: string): boolean {
  return /\bnames Secret \S+, which does not exist/.test(problem)
}

const secretIn = ({ secrets }: ResourceSet, key: string) => secrets.get(key)
const configMapIn = ({ configMaps }: ResourceSet, key: string) => configMaps.get(key)

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)]))
}
