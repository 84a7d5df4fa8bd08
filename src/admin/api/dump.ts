// `/api/dump` of the admin port: the table that serves, or the settings in force by it. What Secrets hold is not in it.
import type { CompiledFrom } from '../../compile/compilation.ts'
import { dumpTable } from '../../explain/dump-table.ts'
import { effectiveSettings, manyRoutes, selectRoutes } from '../../explain/effective-settings.ts'
import type { RoutingTable } from '../../routing/table.ts'
import type { ApiAnswer } from './question.ts'

/** Answers a query: `effective`, and with it `all`, `host`, `ingress`. `from`: what the table was compiled from. */
export function answerDump(
  query: URLSearchParams,
  table: RoutingTable,
  from: CompiledFrom | undefined,
): ApiAnswer {
  if (!query.has('effective')) return { value: dumpTable(table) }
  if (from === undefined) return { problem: 'nothing is served yet' }
  const filter = {
    all: query.has('all'),
    host: query.get('host') ?? undefined,
    ingress: query.get('ingress') ?? undefined,
  }
  const routes = selectRoutes(table, filter)
  // Requests would wait meanwhile.
  if (routes.length > manyRoutes)
    return { problem: `those are the settings of ${routes.length} routes; name a host or an Ingress` }
  return { value: effectiveSettings(routes, from, filter.all) }
}
