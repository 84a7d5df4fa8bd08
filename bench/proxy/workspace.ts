// Everything a run of the benchmark leaves on the machine: one temporary directory and the programs it started. Closing
// takes all of it away again, also after a signal.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How a program is started: pinned to `core`, with standard output to a pipe unless it goes somewhere else. */
export interface Start {
  readonly core: number
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A file descriptor for standard output. */
  readonly output?: number
}

/** Owns processes and files; nothing of it outlives `close`. */
export class Workspace {
  readonly #root = mkdtempSync(join(tmpdir(), 'portico-bench-'))
  readonly #running = new Set<ChildProcess>()
  #directories = 0

  /** A new empty directory. */
  directory(name: string): string {
    const path = join(this.#root, `${this.#directories++}-${name}`)
    mkdirSync(path)
    return path
  }

  /** Starts a program; `taskset` replaces itself by it, so that the child's pid is the program's. */
  spawn(start: Start): ChildProcess {
    const stdio: StdioOptions = ['ignore', start.output ?? 'pipe', 'inherit']
    const args = ['-c', String(start.core), start.command, ...start.args]
    const child = spawn('taskset', args, { stdio, env: { ...process.env, ...start.environment } })
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    return child
  }

  /** Ends one program and waits for its end. */
  async stop(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }

  /** Ends all programs and removes all files. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map(child => this.stop(child)))
    this.#removeFiles()
  }

  /** The same without waiting, for signals. */
  abandon(): void {
    for (const child of this.#running) child.kill('SIGTERM')
    this.#removeFiles()
  }

  #removeFiles(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
