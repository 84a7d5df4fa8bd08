// The command line's entry: runs a command and turns how it ended into an exit code.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// In a checkout Node turns TypeScript into JavaScript at every start; remembering the result saves some 150 ms. Kept beside
// the packages and not in the shared temporary directory, where others could put code of theirs.
if (import.meta.filename.endsWith('.ts')) {
  enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'portico'))
}

// Only what is imported after the line above is remembered.
const { runCommandLine } = await import('./run-command-line.ts')
await runCommandLine()
