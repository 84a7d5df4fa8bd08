// Stands in for the pods behind the demo's Services: a few child processes that play all of them.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { EndpointMap } from '../compile/options.ts'
import type { Upstream } from '../routing/table.ts'
import type { DemoPod, DemoPorts } from './demo-backend.ts'

export interface DemoBackends {
  /** Sends every upstream to its stand-ins. */
  readonly maps: readonly EndpointMap[]
  close(): Promise<void>
}

/** The pods of a Service are spread over these, so that ending one process leaves the others answering. */
const processCount = 3

/** Starts as many stand-ins for each upstream as it has endpoints, but at least one. */
export async function startDemoBackends(upstreams: Iterable<Upstream>): Promise<DemoBackends> {
  const parts: { upstream: Upstream; pod: DemoPod }[][] = Array.from({ length: processCount }, () => [])
  for (const upstream of upstreams) {
    for (let index = 0; index < Math.max(1, upstream.endpoints.length); index++) {
      const pod = { service: upstream.service, pod: `${upstream.service}-${index + 1}` }
      parts[index % processCount]!.push({ upstream, pod })
    }
  }
  const used = parts.filter(part => part.length > 0)
  const children = used.map(() =>
    fork(childModule(), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  )
  const close = () => Promise.all(children.map(stop)).then(() => undefined)
  try {
    const ports = await Promise.all(
      children.map((child, index) =>
        playPods(
          child,
          used[index]!.map(({ pod }) => pod),
        ),
      ),
    )
    const maps = used.flatMap((part, process) =>
      part.map(({ upstream }, index) => mapTo(upstream, ports[process]![index]!)),
    )
    return { maps, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** `.ts` in a checkout, `.js` in what is published. */
function childModule(): URL {
  return new URL(import.meta.url.replace(/demo-backends(\.[jt]s)$/, 'demo-backend$1'))
}

async function playPods(child: ChildProcess, pods: readonly DemoPod[]): Promise<DemoPorts> {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`a demo backend ended before it was ready (exit code ${code})`)
  })
  child.send([...pods])
  const [ports] = await Promise.race([once(child, 'message'), gone])
  // From here on an end is the demo's business to notice by its 502s, not an error of ours.
  gone.catch(() => {})
  return ports as DemoPorts
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
