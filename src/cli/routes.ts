// `portico routes`: the routing table that the manifests make.
import { renderColumns } from './columns.ts'
import { compileOnce } from './compile-once.ts'
import { problemSummary } from './diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from './flags.ts'
import { routeCells, routeRows } from './route-rows.ts'

/** Values of the flags of `routes`. */
export interface RoutesFlags extends TableFlags {
  readonly output: 'text' | 'json'
}

/** Prints one row per route; gives 0 whatever `check` would say, and points there. */
export async function routes(paths: readonly string[], flags: RoutesFlags): Promise<number> {
  const { table, diagnostics } = await compileOnce(paths, compileOptionsOf(flags))
  const rows = routeRows(table)
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  } else if (rows.length > 0) {
    const { header, cells } = routeCells(rows)
    process.stdout.write(`${renderColumns(header, cells).join('\n')}\n`)
  } else {
    process.stderr.write('no routes\n')
  }
  const problems = problemSummary(diagnostics)
  if (problems !== '') process.stderr.write(`${problems}\n`)
  return 0
}
