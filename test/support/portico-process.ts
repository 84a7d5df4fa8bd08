// Portico as a child process, the way users and scripts run it: through `bin/portico`.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const launcher = join(import.meta.dirname, '..', '..', 'bin', 'portico')

/** Where user data goes that a test has no directory of its own for: never to the developer's. */
const dataHome = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'portico-tests')

export interface ProcessOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Another way to call the launcher than by its own path. */
  readonly program?: string
}

export interface ProcessResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One line of the JSON event stream. */
export interface PorticoEvent {
  readonly event: string
  readonly [field: string]: unknown
}

export interface PorticoProcess {
  readonly child: ChildProcess
  /** The next event of that name, past ones included that were not asked for yet. Rejects when the process ends first. */
  nextEvent(name: string): Promise<PorticoEvent>
  /** The next line on standard error that contains the text. */
  nextMessage(text: string): Promise<string>
  /** Every line on standard error so far. */
  readonly messages: readonly string[]
  /** Exit code; `null` when a signal ended it. */
  readonly exited: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/** Runs a command to its end. */
export async function runPortico(
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const child = spawnPortico(args, options)
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr!.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Starts a command that serves. End it with `kill`, or with `await using`-like care in `afterEach`. */
export function startPortico(args: readonly string[], options: ProcessOptions = {}): PorticoProcess {
  const child = spawnPortico(args, options)
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const events = lineQueue(child.stdout!, exited)
  const errors = lineQueue(child.stderr!, exited)
  return {
    child,
    exited,
    messages: errors.lines,
    nextEvent: async name => JSON.parse(await events.next(line => JSON.parse(line).event === name)),
    nextMessage: text => errors.next(line => line.includes(text)),
    kill: signal => child.kill(signal),
  }
}

function spawnPortico(args: readonly string[], options: ProcessOptions): ChildProcess {
  const { cwd, env, stdin, program = launcher } = options
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', XDG_DATA_HOME: dataHome, ...env },
  })
  // A command that refuses its arguments ends without reading its input.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  return child
}

interface LineQueue {
  readonly lines: readonly string[]
  next(wanted: (line: string) => boolean): Promise<string>
}

function lineQueue(stream: NodeJS.ReadableStream, exited: Promise<unknown>): LineQueue {
  const lines: string[] = []
  let position = 0
  let wake = () => {}
  let isOver = false
  createInterface({ input: stream }).on('line', line => {
    lines.push(line)
    wake()
  })
  void exited.then(() => {
    isOver = true
    wake()
  })
  async function next(wanted: (line: string) => boolean): Promise<string> {
    for (;;) {
      while (position < lines.length) {
        const line = lines[position++]!
        if (wanted(line)) return line
      }
      if (isOver) throw new Error(`the process ended; it had said:\n${lines.join('\n')}`)
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  return { lines, next }
}
