// Changes as people read them: what happens to many rules alike, as a changed default does, is said once.
import type { Change } from '../../comparison/change.ts'

/** Changes that say the same of different rules; most groups hold one. */
export type ChangeGroup = readonly [Change, ...Change[]]

/** In the order of the first of each group. Only changes of rules are grouped. */
export function groupChanges(changes: readonly Change[]): ChangeGroup[] {
  const groups = new Map<string, [Change, ...Change[]]>()
  for (const [index, change] of changes.entries()) {
    const key = keyOf(change, index)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [change])
    else group.push(change)
  }
  return [...groups.values()]
}

function keyOf({ kind, what, details }: Change, index: number): string {
  if (kind !== 'changed' || what !== 'rule') return String(index)
  return JSON.stringify(details.map(({ subject, before, after }) => [subject, before, after]))
}

/** `shop.test /cart Prefix`; of a host its name. */
export function titleOf({ what, host, rule }: Change): string {
  if (what === 'rest') return 'requests of no host'
  return rule === '' ? `host ${host}` : `${host} ${rule}`
}

/** `1 host added, 2 rules changed`; `no difference` without any. */
export function summaryOf(groups: readonly ChangeGroup[]): string {
  const counts = new Map<string, number>()
  for (const { kind, what } of groups.flat()) {
    const noun = what === 'rest' ? 'change of no host' : `${what} ${kind}`
    counts.set(noun, (counts.get(noun) ?? 0) + 1)
  }
  const parts = [...counts].map(([noun, count]) =>
    count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/^\w+/, '$&s')}`,
  )
  return parts.join(', ') || 'no difference'
}
