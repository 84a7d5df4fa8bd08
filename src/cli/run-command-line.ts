// Runs the command that the arguments name. Every way to end has its exit code here, but for signals.
import { CommanderError } from 'commander'
import { StartError } from '../app/start-error.ts'
import { createProgram } from './program.ts'
import { UsageError } from './usage-error.ts'

/** Parses `process.argv` and runs the command. Ends the process with 2 or 3 when it can not be done. */
export async function runCommandLine(): Promise<void> {
  // Whoever reads may go away (`portico routes | head`, a closed terminal), and a disk may be full: no reason to fail, let
  // alone to stop traffic, and nowhere to say it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    await createProgram().parseAsync()
  } catch (error) {
    process.exit(exitCodeOf(error))
  }
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
