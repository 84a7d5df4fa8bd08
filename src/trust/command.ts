// Programs of the system that a trust store is changed with: shown to whoever is asked, exactly as they will be run.
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** A program and its arguments; never goes through a shell. */
export type Command = readonly [program: string, ...args: string[]]

/** What a command said, and how it ended. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The certificates of a machine fit in many times. */
const maxOutputBytes = 64 * 1024 * 1024

/** Runs a command to its end; it may ask for a password on the terminal. A program that can not be run has the code 127. */
export function runCommand([program, ...args]: Command): Promise<CommandResult> {
  return new Promise(resolve => {
    const child = execFile(program, args, { maxBuffer: maxOutputBytes }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') })
    })
    // Nobody answers: a program that reads its input finds the end. Passwords are read from the terminal itself.
    child.stdin?.end()
  })
}

/** Where programs say what went wrong. */
export function lastLineOf(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}

/** Where a program is: on PATH, or where administration tools are that PATH often leaves out. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  for (const name of names) {
    const found = folders.filter(folder => folder !== '').find(folder => isExecutable(join(folder, name)))
    if (found !== undefined) return join(found, name)
  }
  return undefined
}

function isExecutable(file: string): boolean {
  return may(file, constants.X_OK)
}

/** The command, by `sudo` where this user may not write in the directory that `file` lies in or will be made below. */
export function asOwnerOf(file: string, command: Command): Command {
  let directory = dirname(file)
  while (!existsSync(directory) && dirname(directory) !== directory) directory = dirname(directory)
  return may(directory, constants.W_OK) ? command : ['sudo', ...command]
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
