// Everything a run of the benchmark leaves on the machine: one temporary directory and the programs it started. Closing
// takes all of it away again, also after a signal.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** How a program is started. */
export interface Start {
  /** The processor core that it may use. */
  readonly core: number
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** A program that was started. */
export interface Started {
  readonly child: ChildProcess
  /** The files that its output goes to. */
  readonly stdout: string
  readonly stderr: string
}

/** Owns processes and files; nothing of it outlives `close`. */
export class Workspace {
  readonly #root = mkdtempSync(join(tmpdir(), 'portico-bench-'))
  readonly #running = new Set<ChildProcess>()
  #count = 0
  #isClosed = false

  constructor() {
    chmodSync(this.#root, 0o711) // for programs that serve files as another user
  }

  /** A new empty directory. */
  directory(name: string): string {
    const path = this.#newPath(name)
    mkdirSync(path)
    return path
  }

  /** The path of a file that is written anew by whoever uses it. */
  file(name: string): string {
    return join(this.#root, name)
  }

  /** Starts a program with its output in files. */
  spawn(start: Start): Started {
    const stdout = this.#newPath('stdout')
    const stderr = this.#newPath('stderr')
    const output = [openSync(stdout, 'w'), openSync(stderr, 'w')]
    const child = this.#spawnPinned(start, ['ignore', ...output])
    output.forEach(closeSync)
    return { child, stdout, stderr }
  }

  /** Runs a program to its end and gives what it printed; rejects when it fails. */
  async run(start: Start): Promise<string> {
    const child = this.#spawnPinned(start, ['ignore', 'pipe', 'pipe'])
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'close') as Promise<[number | null]>,
    ])
    if (code !== 0) throw new Error(`${start.command} ended with ${code}: ${stderr}${stdout}`)
    return stdout
  }

  /** Ends one program and waits for its end. */
  async stop(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }

  /** Ends all programs and removes all files. Nothing can be started any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#running].map(child => this.stop(child)))
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** `taskset` replaces itself by the program, so that the pid is the program's. */
  #spawnPinned({ core, command, args, environment }: Start, stdio: StdioOptions): ChildProcess {
    this.#refuseWhenClosed()
    const env = { ...process.env, ...environment }
    const child = spawn('taskset', ['-c', String(core), command, ...args], { stdio, env })
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    return child
  }

  #newPath(name: string): string {
    this.#refuseWhenClosed()
    return join(this.#root, `${this.#count++}-${name}`)
  }

  /** After a signal the run itself goes on for a moment; what it would start then nobody would end. */
  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new Error('the run was ended')
  }
}
