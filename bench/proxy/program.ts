// A program that serves: how to wait until it does, and what it prints first. Never starts one.
import type { ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** A serving program; `stop` ends it and waits for its end. */
export interface Program {
  readonly pid: number
  readonly httpPort: number
  /** 0 when it serves no TLS. */
  readonly httpsPort: number
  stop(): Promise<void>
}

const patienceMs = 30_000
const retryMs = 20

/** Waits until somebody accepts on the port; fails when the program ends or takes too long. */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const latest = performance.now() + patienceMs
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`)
    if (performance.now() > latest) throw new Error(`nothing listens on port ${port}`)
    await delay(retryMs)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** The first line that is wanted; standard output is read on and thrown away after it. */
export async function firstLine(child: ChildProcess, isWanted: (line: string) => boolean): Promise<string> {
  const lines = createInterface({ input: child.stdout! })
  return new Promise((resolve, reject) => {
    lines.on('line', line => isWanted(line) && resolve(line))
    lines.once('close', () => reject(new Error(`${child.spawnargs.join(' ')} ended before it was ready`)))
  })
}
