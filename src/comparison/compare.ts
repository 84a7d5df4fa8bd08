// Two sets of manifests, compared: what differs, each difference with a request that shows it.
import type { WrittenRequest } from '../explain/asked-request.ts'
import { rehearse } from '../explain/rehearsal.ts'
import type { Route, RoutingTable } from '../routing/table.ts'
import type { Change } from './change.ts'
import { compareTables, type FoundChange } from './compare-tables.ts'
import { findExample } from './find-example.ts'
import { sampleRequests } from './sample-requests.ts'
import type { Side } from './side.ts'

/**
 * Compares. Empty: every request is treated alike. Of more than `maxExamples` changes the rest have no example (default 1,000,
 * at a fraction of a millisecond each).
 */
export async function compare(before: Side, after: Side, maxExamples = 1_000): Promise<Change[]> {
  const found = compareTables(before, after)
  // Above the shares of all canaries: what most requests get.
  const options = { random: () => 1 - Number.EPSILON }
  const old = rehearse(before.table, options)
  const now = rehearse(after.table, options)
  const tables = [before.table, after.table]
  const fallbacks = new Set(tables.flatMap(({ hosts }) => hosts.map(host => host.fallback)))
  const changes: Change[] = []
  try {
    for (const [index, change] of found.entries()) {
      const { routes, ...rest } = change
      const example =
        index < maxExamples ? await findExample(requestsFor(change, fallbacks, tables), old, now) : undefined
      changes.push({ ...rest, example })
    }
  } finally {
    old.close()
    now.close()
  }
  return changes
}

function requestsFor(
  { host, what, routes }: FoundChange,
  fallbacks: ReadonlySet<Route | undefined>,
  tables: readonly RoutingTable[],
): WrittenRequest[] {
  if (what === 'rest') return sampleRequests('', undefined, true)
  const rules = [...routes.after, ...routes.before]
  const all = rules.length === 0 ? [undefined] : rules
  const own = host === '*' ? '' : host
  // Rules are asked by the name they are written for; that other names came or went only those show.
  const names = what === 'host' ? [own, ...aliasesOf(own, tables)] : [own]
  return names.flatMap(name => all.flatMap(route => sampleRequests(name, route, fallbacks.has(route))))
}

/** Other names of a host that can be asked for, of either table. */
function aliasesOf(own: string, tables: readonly RoutingTable[]): ReadonlySet<string> {
  const aliases = tables.flatMap(table => table.aliases)
  return new Set(aliases.filter(({ host, kind }) => host === own && kind !== 'regex').map(({ text }) => text))
}
