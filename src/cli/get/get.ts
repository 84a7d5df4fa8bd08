// `portico get`: the objects of the manifests as kubectl shows those of a cluster.
import { readSnapshot } from '../compile-once.ts'
import { readLabelSelector } from '../objects/label-selector.ts'
import { reportUnread } from '../objects/report-unread.ts'
import { readWanted } from '../objects/wanted-objects.ts'
import { type GetOptions, getOutput } from './get-output.ts'
import { watchObjects } from './watch-objects.ts'

/** Values of the flags of `get`. */
export interface GetFlags {
  readonly output: GetOptions['output']
  readonly namespace: string | undefined
  readonly allNamespaces: boolean
  readonly selector: string | undefined
  readonly showLabels: boolean
  /** `--no-headers` says false. */
  readonly headers: boolean
  readonly watch: boolean
}

/** Prints the objects that `words` name (`KIND NAME…`, `KIND/NAME…`); gives 1 when one is not there. With `--watch` it does not end. */
export async function get(
  words: readonly string[],
  paths: readonly string[],
  flags: GetFlags,
): Promise<number> {
  const wanted = readWanted(words)
  const options = {
    namespace: flags.allNamespaces ? undefined : (flags.namespace ?? 'default'),
    selector: flags.selector === undefined ? undefined : readLabelSelector(flags.selector),
    takesPrefixes: false,
    output: flags.output,
    showsLabels: flags.showLabels,
    showsHeaders: flags.headers,
    nowMs: Date.now(),
  }
  if (flags.watch) return watchObjects(wanted, paths, options)
  const { resources, diagnostics } = await readSnapshot(paths)
  const { stdout, stderr, code } = getOutput(wanted, resources, options)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  reportUnread(diagnostics)
  return code
}
