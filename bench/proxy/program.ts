// A program that serves: starts it in a workspace, waits until it listens, and says what it complained of when it does not.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Start, Started, Workspace } from './workspace.ts'

/** Where a program listens. */
export interface Ports {
  readonly http: number
  readonly https: number
  /** HTTP/2 without TLS, by prior knowledge; `http` where a program hears both there. */
  readonly h2c: number
}

/** A serving program; `stop` ends it and waits for its end. */
export interface Program {
  readonly pid: number
  readonly ports: Ports
  /** Where its access log goes, if it is asked for one. */
  readonly accessLogFile: string
  /** The end of what it wrote to standard error. */
  complaints(): string
  stop(): Promise<void>
}

const patienceMs = 30_000
const retryMs = 20

/**
 * Starts a program and waits until it listens on its port for HTTP; the other port is taken to be ready with it.
 * `accessLog` is where that goes: standard output or error, or a file.
 */
export async function startProgram(
  workspace: Workspace,
  start: Start,
  ports: Ports,
  accessLog: 'stdout' | 'stderr' | { readonly file: string } = 'stdout',
): Promise<Program> {
  const started = workspace.spawn(start)
  await untilListening(started, ports.http)
  const { child } = started
  return {
    pid: child.pid!,
    ports,
    accessLogFile: typeof accessLog === 'string' ? started[accessLog] : accessLog.file,
    complaints: () => endOf(started.stderr),
    stop: () => workspace.stop(child),
  }
}

/** Three ports that nobody listens on. */
export async function freePorts(): Promise<Ports> {
  return { http: await freePort(), https: await freePort(), h2c: await freePort() }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilListening({ child, stderr }: Started, port: number): Promise<void> {
  const latest = performance.now() + patienceMs
  while (!(await accepts(port))) {
    const command = child.spawnargs.join(' ')
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}\n${endOf(stderr)}`)
    if (performance.now() > latest)
      throw new Error(`${command} does not listen on port ${port}\n${endOf(stderr)}`)
    await delay(retryMs)
  }
}

function endOf(file: string): string {
  return readFileSync(file, 'utf8').slice(-4_000)
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
