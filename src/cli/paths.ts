// The PATH arguments of run, check and routes.
import { existsSync } from 'node:fs'
import { nearestName } from '../diagnostics/nearest-name.ts'
import { UsageError } from './usage-error.ts'

/** The paths to read: those given, or `./manifests`. Throws `UsageError` for one that does not exist. */
export function readPaths(given: readonly string[], commandNames: readonly string[]): readonly string[] {
  const paths = given.length === 0 ? ['manifests'] : given
  for (const path of paths) {
    if (path !== '-' && !existsSync(path))
      throw new UsageError(`${path} does not exist${hint(path, given, commandNames)}`)
  }
  return paths
}

function hint(path: string, given: readonly string[], commandNames: readonly string[]): string {
  if (given.length === 0) return '; name the directory or file with your manifests, or try `portico demo`'
  // Without a command word, `portico chek` means the path "chek".
  const command = path === given[0] ? nearestName(path, commandNames) : undefined
  return command === undefined ? '' : `; did you mean the command \`portico ${command}\`?`
}
