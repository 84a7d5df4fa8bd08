// `portico dump`: the routing table as data, or the settings in force and where each comes from. What Secrets hold is not in it.

import { dumpTable } from '../../explain/dump-table.ts'
import type { EffectiveFilter } from '../../explain/effective-settings.ts'
import { effectiveSettings } from '../../explain/effective-settings.ts'
import { compileOnce } from '../compile-once.ts'
import { problemSummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { renderPlain } from '../objects/plain-formats.ts'
import { createPaint } from '../paint.ts'
import { UsageError } from '../usage-error.ts'
import { renderEffective } from './render-effective.ts'

/** Values of the flags of `dump`. */
export interface DumpFlags extends TableFlags {
  readonly effective: boolean
  readonly all: boolean
  readonly host: string | undefined
  readonly ingress: string | undefined
  /** `text` is for settings; a table is shown as YAML then. */
  readonly output: 'text' | 'json' | 'yaml'
}

/** Prints the dump; gives 0 whatever `check` would say, and points there. Throws `UsageError` for flags that need `--effective`. */
export async function dump(paths: readonly string[], flags: DumpFlags): Promise<number> {
  const { effective, output, ...filter } = flags
  if (!effective) refuseFilter(filter)
  const { table, from, diagnostics } = await compileOnce(paths, compileOptionsOf(flags))
  if (!effective) process.stdout.write(renderPlain(dumpTable(table), output === 'json' ? 'json' : 'yaml'))
  else {
    const routes = effectiveSettings(table, from, filter)
    const paint = createPaint(process.stdout)
    process.stdout.write(output === 'text' ? renderEffective(routes, paint) : renderPlain(routes, output))
    if (routes.length === 0) process.stderr.write('no routes\n')
  }
  const problems = problemSummary(diagnostics)
  if (problems !== '') process.stderr.write(`${problems}\n`)
  return 0
}

function refuseFilter({ all, host, ingress }: EffectiveFilter): void {
  const flag = all ? '--all' : host !== undefined ? '--host' : ingress !== undefined ? '--ingress' : undefined
  if (flag !== undefined)
    throw new UsageError(`${flag} goes with --effective: \`portico dump --effective ${flag} …\``)
}
