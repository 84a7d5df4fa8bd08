// The command line's entry: runs a command and turns how it ended into an exit code.
import { CommanderError } from 'commander'
import { StartError } from '../app/start-error.ts'
import { createProgram } from './program.ts'
import { UsageError } from './usage-error.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  process.exit(exitCodeOf(error))
}

/** Says what went wrong, unless commander already did. An exception of any other kind is a bug and shows its stack. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof UsageError || error instanceof StartError) {
    process.stderr.write(`error: ${error.message}\n`)
    return error instanceof StartError ? error.exitCode : 2
  }
  throw error
}
