// Which Services differ between two snapshots, by themselves or by their endpoints. Comparing the snapshots once is much
// cheaper than looking up everything behind each of 20,000 backends.
import type { ResourceSet } from '../resources/resource-set.ts'

/** `namespace/name` of every Service that was added, removed or changed, or whose slices or Endpoints were. */
export function changedServices(before: ResourceSet, after: ResourceSet): ReadonlySet<string> {
  const changed = new Set<string>()
  addDifferences(changed, before.services, after.services, isSameObject)
  addDifferences(changed, before.endpoints, after.endpoints, isSameObject)
  addDifferences(changed, before.endpointSlices, after.endpointSlices, isSameList)
  return changed
}

function addDifferences<V>(
  changed: Set<string>,
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
  isSame: (a: V, b: V) => boolean,
): void {
  // Snapshots mostly hold the same keys in the same order: walking both side by side needs no look-ups.
  const old = before.entries()
  let aligned = 0
  for (const [key, value] of after) {
    const { value: counterpart } = old.next()
    const isAligned = counterpart !== undefined && counterpart[0] === key
    if (isAligned) aligned++
    const previous = isAligned ? counterpart[1] : before.get(key)
    if (previous === undefined || !isSame(previous, value)) changed.add(key)
  }
  if (aligned === before.size) return
  for (const key of before.keys()) if (!after.has(key)) changed.add(key)
}

function isSameObject(a: unknown, b: unknown): boolean {
  return a === b
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
