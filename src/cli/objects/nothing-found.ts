// What is said when no object is there to be shown.
import type { ResourceSet } from '../../resources/resource-set.ts'
import type { ObjectScope, WantedObjects } from './wanted-objects.ts'

/** Texts for the two streams, and the exit code. */
export interface CommandOutput {
  readonly stdout: string
  readonly stderr: string
  readonly code: 0 | 1
}

/** kubectl's line; and where there are some, for manifests have no current namespace. */
export function nothingFound(
  wanted: readonly WantedObjects[],
  resources: ResourceSet,
  { namespace, selector }: ObjectScope,
): string[] {
  if (namespace === undefined || !wanted.some(({ kind }) => kind.namespaced)) return ['No resources found']
  const line = `No resources found in ${namespace} namespace.`
  if (selector !== undefined) return [line]
  const others = wanted.flatMap(({ kind }) => kind.listIn(resources).map(({ meta }) => meta.namespace))
  const names = [...new Set(others)].filter(name => name !== '').sort()
  return names.length === 0
    ? [line]
    : [line, `There are some in ${names.join(', ')}: add -n ${names[0]}, or -A.`]
}
