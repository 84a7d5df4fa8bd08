// Stands in for the pods behind the demo's Services: a few child processes that play all of them.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { EndpointMap } from '../compile/options.ts'
import type { Upstream } from '../routing/table.ts'
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

interface StandIn {
  readonly upstream: Upstream
  readonly pod: DemoPod
}

/** Starts as many stand-ins for each upstream as it has endpoints, but at least one. */
export async function startDemoBackends(upstreams: Iterable<Upstream>): Promise<DemoBackends> {
  const shares = spreadOverProcesses(upstreams)
  const children = shares.map(startChild)
  const close = () => Promise.all(children.map(stop)).then(() => undefined)
  try {
    const maps = await Promise.all(children.map((child, index) => play(child, shares[index]!)))
    return { maps: maps.flat(), close }
  } catch (error) {
    await close()
    throw error
  }
}

function spreadOverProcesses(upstreams: Iterable<Upstream>): StandIn[][] {
  const shares: StandIn[][] = Array.from({ length: processCount }, () => [])
  for (const upstream of upstreams) {
    for (let index = 0; index < Math.max(1, upstream.endpoints.length); index++) {
      const pod = { service: upstream.service, pod: `${upstream.service}-${index + 1}` }
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

/** Lets a child play its share; gives where to send what is meant for these pods. */
async function play(child: ChildProcess, share: readonly StandIn[]): Promise<EndpointMap[]> {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`a demo backend ended before it was ready (exit code ${code})`)
  })
  child.send(share.map(({ pod }) => pod))
  const [ports] = (await Promise.race([once(child, 'message'), gone])) as [DemoPorts]
  // A child that ends later is noticed by its 502s; that is no failure to start.
  gone.catch(() => {})
  return share.map(({ upstream }, index) => mapTo(upstream, ports[index]!))
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exited
}

function mapTo({ namespace, service, port }: Upstream, endpointPort: number): EndpointMap {
  return { namespace, service, port, address: '127.0.0.1', endpointPort }
}
