// A command of the command line in the test's own process: as true as a child process for what a command prints, and without
// the half second that starting one takes.
import { vi } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'

export interface CommandOutput {
  /** What the command would exit with. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command that serves nothing to its end. Rejects with what the command line would say of wrong usage. */
export async function runInProcess(args: readonly string[]): Promise<CommandOutput> {
  const stdout = capture(process.stdout)
  const stderr = capture(process.stderr)
  const { exitCode } = process
  try {
    await createProgram().parseAsync(['node', 'portico', ...args])
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    stdout.restore()
    stderr.restore()
    process.exitCode = exitCode
  }
}

function capture(stream: NodeJS.WriteStream): { text(): string; restore(): void } {
  let text = ''
  const spy = vi.spyOn(stream, 'write').mockImplementation(chunk => {
    text += chunk
    return true
  })
  return { text: () => text, restore: () => spy.mockRestore() }
}
