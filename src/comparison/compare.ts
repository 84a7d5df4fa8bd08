// Two sets of manifests, compared: what differs, each difference with a request that shows it.
import type { WrittenRequest } from '../explain/asked-request.ts'
import { rehearse } from '../explain/rehearsal.ts'
import type { Route } from '../routing/table.ts'
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
  const fallbacks = new Set([before, after].flatMap(({ table }) => table.hosts.map(host => host.fallback)))
  const changes: Change[] = []
  try {
    for (const [index, change] of found.entries()) {
      const { routes, ...rest } = change
      const example =
        index < maxExamples ? await findExample(requestsFor(change, fallbacks), old, now) : undefined
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
): WrittenRequest[] {
  if (what === 'rest') return sampleRequests('', undefined, true)
  const all = [...routes.after, ...routes.before]
  return all.flatMap(route => sampleRequests(host === '*' ? '' : host, route, fallbacks.has(route)))
}
