// One look at manifests without watching them: what `check` and `routes` need.
import type { Readable } from 'node:stream'
import { FileSet, type ReadProgress } from './file-set.ts'
import type { Snapshot } from './source.ts'

/** Everything below the paths, read exactly as a watching source reads it. Rejects with SourceError if a path is not there. */
export async function readOnce(
  paths: readonly string[],
  stdin: Readable = process.stdin,
  onProgress: (progress: ReadProgress) => void = () => {},
): Promise<Snapshot> {
  const { snapshot } = await new FileSet(paths).open(stdin, onProgress)
  return snapshot!
}
