// `portico routes`: the routing table that the manifests make.
import { createCompiler } from '../../compile/compile.ts'
import { compileOnce } from '../compile-once.ts'
import { problemSummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { readLabelSelector } from '../objects/label-selector.ts'
import { watchSnapshots } from '../watch-snapshots.ts'
import { createRoutesWatch, type RoutesOptions, renderRoutes, wantedRoutes } from './routes-output.ts'

/** Values of the flags of `routes`. */
export interface RoutesFlags extends TableFlags {
  readonly output: RoutesOptions['output']
  readonly allNamespaces: boolean
  readonly selector: string | undefined
  readonly host: string | undefined
  readonly watch: boolean
  /** `--no-headers` says false. */
  readonly headers: boolean
}

/** Prints one row per route; gives 0 whatever `check` would say, and points there. With `--watch` it does not end. */
export async function routes(paths: readonly string[], flags: RoutesFlags): Promise<number> {
  const compileOptions = {
    ...compileOptionsOf(flags),
    ...(flags.allNamespaces ? { namespace: undefined } : {}),
  }
  const options = {
    output: flags.output,
    showsHeaders: flags.headers,
    host: flags.host,
    selector: flags.selector === undefined ? undefined : readLabelSelector(flags.selector),
  }
  if (flags.watch) {
    const compiler = createCompiler(compileOptions)
    const next = createRoutesWatch(options)
    return watchSnapshots(paths, ({ resources }) => {
      const { table } = compiler.compile(resources)
      return { stdout: next(wantedRoutes(table, resources, options)), stderr: '' }
    })
  }
  const { snapshot, table, diagnostics } = await compileOnce(paths, compileOptions)
  const rows = wantedRoutes(table, snapshot.resources, options)
  process.stdout.write(renderRoutes(rows, options))
  if (rows.length === 0) process.stderr.write('no routes\n')
  const problems = problemSummary(diagnostics)
  if (problems !== '') process.stderr.write(`${problems}\n`)
  return 0
}
