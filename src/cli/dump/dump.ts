// `portico dump`: the routing table as data, or the settings in force and where each comes from, by manifests or of a running
// instance. What Secrets hold is not in it.
import { dumpTable } from '../../explain/dump-table.ts'
import {
  type EffectiveFilter,
  type EffectiveRoute,
  effectiveSettings,
  manyRoutes,
  selectRoutes,
} from '../../explain/effective-settings.ts'
import { type AdminAddress, askAdmin } from '../ask-admin.ts'
import { type CompiledOnce, compileOnce } from '../compile-once.ts'
import { problemSummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { renderPlain } from '../objects/plain-formats.ts'
import { createPaint } from '../paint.ts'
import { UsageError } from '../usage-error.ts'
import { renderEffective } from './render-effective.ts'

/** Values of the flags of `dump`. */
export interface DumpFlags extends TableFlags, EffectiveFilter {
  readonly effective: boolean
  /** Of the running instance that is asked; `undefined`: the manifests are read. */
  readonly live: AdminAddress | undefined
  /** `text` is for settings; a table is shown as YAML then. */
  readonly output: 'text' | 'json' | 'yaml'
}

/** Prints the dump; gives 0 whatever `check` would say, and points there. Throws `UsageError` for flags that need `--effective`. */
export async function dump(paths: readonly string[], flags: DumpFlags): Promise<number> {
  if (!flags.effective) refuseFilter(flags)
  if (flags.live !== undefined) print(await askAdmin('dump', queryOf(flags), flags.live), flags)
  else {
    const compiled = await compileOnce(paths, compileOptionsOf(flags))
    print(dumped(compiled, flags), flags)
    const problems = problemSummary(compiled.diagnostics)
    if (problems !== '') process.stderr.write(`${problems}\n`)
  }
  return 0
}

function dumped({ table, from }: CompiledOnce, flags: DumpFlags): unknown {
  if (!flags.effective) return dumpTable(table)
  const routes = selectRoutes(table, flags)
  if (flags.all && routes.length > manyRoutes)
    throw new UsageError(`these are all settings of ${routes.length} routes; name a --host or an --ingress`)
  return effectiveSettings(routes, from, flags.all)
}

function print(value: unknown, { effective, output }: DumpFlags): void {
  if (!effective) process.stdout.write(renderPlain(value, output === 'json' ? 'json' : 'yaml'))
  else if (output !== 'text') process.stdout.write(renderPlain(value, output))
  else {
    const routes = value as readonly EffectiveRoute[]
    process.stdout.write(renderEffective(routes, createPaint(process.stdout)))
    if (routes.length === 0) process.stderr.write('no routes\n')
  }
}

function queryOf({ effective, all, host, ingress }: DumpFlags): URLSearchParams {
  const query = new URLSearchParams()
  if (effective) query.set('effective', '')
  if (all) query.set('all', '')
  if (host !== undefined) query.set('host', host)
  if (ingress !== undefined) query.set('ingress', ingress)
  return query
}

function refuseFilter({ all, host, ingress }: EffectiveFilter): void {
  const flag = all ? '--all' : host !== undefined ? '--host' : ingress !== undefined ? '--ingress' : undefined
  if (flag !== undefined)
    throw new UsageError(`${flag} goes with --effective: \`portico dump --effective ${flag} …\``)
}
