// Portico on a pseudo-terminal that a test can close. Node has none of its own: Python, where there is one, opens it.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { launcher } from './portico-process.ts'

/** Nothing but Node and npm is asked of a developer's machine. */
export const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0

export interface PtyProcess {
  /** Of Portico itself. */
  readonly pid: number
  /** All output from its beginning, once it contains a match. Rejects when the process ends first. */
  seen(pattern: RegExp): Promise<string>
  /** Types text; `\n` is the key Enter. */
  type(text: string): void
  /** Closes the terminal, as closing its window does. */
  hangUp(): void
  /** Ends Portico at once if it is still there. */
  kill(): void
  /** Exit code; more than 128 when a signal ended it. */
  readonly exited: Promise<number>
}

/** Says the pid, relays both ways between the terminal and itself, and closes the terminal when its own standard input ends. */
const terminal = `
import os, pty, select, sys
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
os.write(1, b"pid %d\\n" % pid)
while True:
    if 0 in select.select([master, 0], [], [])[0]:
        typed = os.read(0, 65536)
        if not typed:
            break
        os.write(master, typed)
        continue
    try:
        os.write(1, os.read(master, 65536))
    except OSError:
        break
os.close(master)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
`

/** Runs Portico as the leader of a session on a terminal of its own. */
export async function startOnTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<PtyProcess> {
  const child = spawn('python3', ['-c', terminal, launcher, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  let isOver = false
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  child.stdout.once('close', () => {
    isOver = true
    child.stdout.emit('data', '')
  })
  const exited = once(child, 'exit').then(([code]) => code as number)

  async function seen(pattern: RegExp): Promise<string> {
    while (!pattern.test(output)) {
      if (isOver) throw new Error(`the process ended; it had said:\n${output}`)
      await once(child.stdout, 'data')
    }
    return output
  }

  const pid = Number(/pid (\d+)/.exec(await seen(/pid \d+\n/))![1])
  return {
    pid,
    seen,
    exited,
    type: text => void child.stdin.write(text),
    hangUp: () => child.stdin.end(),
    kill: () => isOver || process.kill(pid, 'SIGKILL'),
  }
}
