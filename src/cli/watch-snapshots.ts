// Following the manifests, for commands that show what changes and serve nothing.
import { createDirectorySource } from '../sources/directory.ts'
import type { Snapshot } from '../sources/source.ts'
import { SourceError } from '../sources/source-error.ts'
import { UsageError } from './usage-error.ts'

/**
 * Prints what `show` makes of each snapshot, until a signal ends the process or nobody reads standard output any more;
 * gives 0 then. Rejects with `UsageError` when a path can not be read.
 */
export async function watchSnapshots(
  paths: readonly string[],
  show: (snapshot: Snapshot) => { readonly stdout: string; readonly stderr: string },
): Promise<number> {
  // An error of standard output means that whoever read it went away.
  const { promise: readerGone, resolve: onReaderGone } = Promise.withResolvers<unknown>()
  for (const event of ['close', 'error']) process.stdout.once(event, onReaderGone)
  const onProblem = (message: string) => void process.stderr.write(`${message}\n`)
  const source = createDirectorySource({ paths, onProblem })
  try {
    await source.start(snapshot => {
      const { stdout, stderr } = show(snapshot)
      process.stdout.write(stdout)
      process.stderr.write(stderr)
    })
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message)
    throw error
  }
  await readerGone
  await source.close()
  return 0
}
