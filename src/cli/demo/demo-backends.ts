// Stands in for the pods behind the demo's Services: a few child processes that play all of them, started again when they
// die.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndpointMap } from '../../compile/options.ts'
import type { Upstream } from '../../routing/table.ts'
import type { DemoPod, DemoPorts } from './demo-backend.ts'

/** Running stand-ins; must be closed. */
export interface DemoBackends {
  /** Sends every upstream to its stand-ins. */
  readonly maps: readonly EndpointMap[]
  /** Ends all processes; resolves when they are gone. */
  close(): Promise<void>
}

/** The pods of a Service are spread over these, so that ending one process leaves the others answering. */
const processCount = 3
/** Between a death and a new start, so that what can not stay up does not keep the machine busy. */
const restartMs = 500

interface StandIn {
  readonly upstream: Upstream
  readonly pod: DemoPod
}

/**
 * Starts as many stand-ins for each upstream as it has endpoints, but at least one. Rejects when that fails; of a process
 * that dies later `tell` learns, and it comes back on the same ports.
 */
export async function startDemoBackends(
  upstreams: Iterable<Upstream>,
  tell: (message: string) => void,
): Promise<DemoBackends> {
  const shares = spreadOverProcesses(upstreams)
  const processes = shares.map(share => new BackendProcess(share, tell))
  const close = () => Promise.all(processes.map(process => process.close())).then(() => undefined)
  try {
    const maps = await Promise.all(processes.map(process => process.start()))
    return { maps: maps.flat(), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** One child process over its deaths. */
class BackendProcess {
  #share: readonly StandIn[]
  readonly #tell: (message: string) => void
  readonly #closing = new AbortController()
  #child: ChildProcess | undefined

  constructor(share: readonly StandIn[], tell: (message: string) => void) {
    this.#share = share
    this.#tell = tell
  }

  /** Gives where to send what is meant for its pods. */
  async start(): Promise<EndpointMap[]> {
    const ports = await this.#play()
    this.#share = this.#share.map(({ upstream, pod }, index) => ({
      upstream,
      pod: { ...pod, port: ports[index]! },
    }))
    this.#watch()
    return this.#share.map(({ upstream, pod }) => mapTo(upstream, pod.port))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const child = this.#child
    if (child === undefined || hasEnded(child)) return
    const exited = once(child, 'exit')
    if (child.connected) child.disconnect()
    await exited
  }

  /** Starts a child and lets it play the share. */
  async #play(): Promise<DemoPorts> {
    const child = startChild()
    this.#child = child
    const gone = once(child, 'exit').then(() => {
      throw new Error(`a demo backend ended before it was ready (${describeEnd(child)})`)
    })
    child.send(this.#share.map(({ pod }) => pod))
    const [ports] = (await Promise.race([once(child, 'message'), gone])) as [DemoPorts]
    gone.catch(() => {})
    return ports
  }

  #watch(): void {
    const child = this.#child!
    const restart = () => {
      if (this.#closing.signal.aborted) return
      this.#tell(`a demo backend died (${describeEnd(child)}); starting it again`)
      void this.#restart()
    }
    if (hasEnded(child)) restart()
    else child.once('exit', restart)
  }

  async #restart(): Promise<void> {
    const { signal } = this.#closing
    for (;;) {
      try {
        await sleep(restartMs, undefined, { signal })
        await this.#play()
        this.#tell('the demo backend is back')
        return this.#watch()
      } catch (error) {
        if (signal.aborted) return
        this.#tell(`${(error as Error).message}; trying again`)
      }
    }
  }
}

function spreadOverProcesses(upstreams: Iterable<Upstream>): StandIn[][] {
  const shares: StandIn[][] = Array.from({ length: processCount }, () => [])
  for (const upstream of upstreams) {
    for (let index = 0; index < Math.max(1, upstream.endpoints.length); index++) {
      const pod = { service: upstream.service, pod: `${upstream.service}-${index + 1}`, port: 0 }
      shares[index % processCount]!.push({ upstream, pod })
    }
  }
  return shares.filter(share => share.length > 0)
}

function startChild(): ChildProcess {
  return fork(childModule(), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** `.ts` in a checkout, `.js` in what is published. */
function childModule(): URL {
  return new URL(import.meta.url.replace(/demo-backends(\.[jt]s)$/, 'demo-backend$1'))
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** `SIGKILL` or `exit code 1`. */
function describeEnd({ exitCode, signalCode }: ChildProcess): string {
  return signalCode ?? `exit code ${exitCode}`
}

function mapTo({ namespace, service, port }: Upstream, endpointPort: number): EndpointMap {
  return { namespace, service, port, address: '127.0.0.1', endpointPort }
}
