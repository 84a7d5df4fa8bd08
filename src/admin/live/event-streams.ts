// All streams of events: what is told to everybody is worked out once, and nothing is while nobody listens.
import type { ServerResponse } from 'node:http'
import { formatDiagnostic } from '../../diagnostics/diagnostic.ts'
import { serviceName } from '../../routing/service-name.ts'
import { appliedView, problemCounts } from '../api/applied.ts'
import { endpointStateOf } from '../api/endpoint-view.ts'
import type { ApiEvents, RouteFigures } from '../api/live-types.ts'
import { connectionCounts } from '../api/overview.ts'
import type { RequestFilter } from '../api/request-filter.ts'
import { requestView } from '../api/request-view.ts'
import { shownRoutes } from '../api/routes.ts'
import { serviceList } from '../api/services.ts'
import type { DrainAnswer, Sample } from '../api/types.ts'
import type { AdminSources, ServedChange } from '../sources.ts'
import { EventStream } from './event-stream.ts'
import { RequestBatches } from './request-batches.ts'

/** Browsers open six connections to a host at most; this is for several people. */
const mostStreams = 32
/** Of the busiest routes. */
const mostRoutes = 200

/** What one client wants. */
export interface StreamWishes {
  readonly routes: boolean
  /** `undefined`: no requests. */
  readonly requests: RequestFilter | undefined
}

interface Listener {
  readonly stream: EventStream
  readonly wishes: StreamWishes
}

/** The streams of one admin port. Must be closed. */
export class EventStreams {
  readonly #sources: AdminSources
  readonly #listeners = new Set<Listener>()
  #stopSampling: (() => void) | undefined
  #told: ServedChange
  /** How endpoints stood when it was last looked, by key of their upstream. */
  #states: ReadonlyMap<string, string> = new Map()

  constructor(sources: AdminSources) {
    this.#sources = sources
    this.#told = sources.served()
  }

  get isFull(): boolean {
    return this.#listeners.size >= mostStreams
  }

  /** Begins a stream as the answer to a request. */
  open(response: ServerResponse, wishes: StreamWishes): void {
    const sources = this.#sources
    const stream = new EventStream(response, () => {
      batches?.close()
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stopSample()
    })
    const listener = { stream, wishes }
    if (this.#listeners.size === 0) this.#startSampling()
    if (wishes.routes) sources.routeFigures.refresh()
    this.#listeners.add(listener)
    const { version, startedAt } = sources
    stream.send('hello', { version, startedAt, generation: sources.served().generation })
    const batches =
      wishes.requests &&
      new RequestBatches(
        sources.tail,
        wishes.requests,
        request => requestView(request, sources),
        event => stream.send('requests', event),
      )
  }

  /** A new table is live. */
  applied(change: ServedChange): void {
    const before = this.#told
    this.#told = change
    this.#tell('applied', appliedView(change))
    if (this.#listeners.size > 0 && !haveSameFindings(change, before))
      this.#tell('diagnostics', problemCounts(change.diagnostics))
    this.#tellEndpoints()
  }

  close(): void {
    this.#stopSample()
    for (const { stream } of this.#listeners) stream.close()
  }

  #startSampling(): void {
    this.#told = this.#sources.served()
    this.#states = statesNow(this.#sources)
    this.#stopSampling = this.#sources.history.onSample(sample => {
      this.#tellFigures(sample)
      this.#tellEndpoints()
    })
  }

  #stopSample(): void {
    this.#stopSampling?.()
    this.#stopSampling = undefined
  }

  #tell<Name extends keyof ApiEvents>(name: Name, data: ApiEvents[Name]): void {
    if (this.#listeners.size === 0) return
    const text = JSON.stringify(data)
    for (const { stream } of this.#listeners) stream.sendText(name, text)
  }

  #tellFigures(sample: Sample): void {
    const connections = connectionCounts(this.#sources)
    const plain = JSON.stringify({ sample, connections })
    let withRoutes: string | undefined
    for (const { stream, wishes } of this.#listeners) {
      if (!wishes.routes) stream.sendText('figures', plain)
      else {
        withRoutes ??= JSON.stringify({ sample, connections, routes: busiestRoutes(this.#sources) })
        stream.sendText('figures', withRoutes)
      }
    }
  }

  #tellEndpoints(): void {
    if (this.#listeners.size === 0) return
    const before = this.#states
    this.#states = statesNow(this.#sources)
    const { upstreams } = this.#sources.proxy.live.table
    const changed = [...upstreams.values()].filter(({ key }) => before.get(key) !== this.#states.get(key))
    if (changed.length === 0) return
    this.#tell('endpoints', endpointsOf(new Set(changed.map(serviceName)), this.#sources))
  }
}

/** Whether a list of findings would look the same. */
function haveSameFindings({ diagnostics: a }: ServedChange, { diagnostics: b }: ServedChange): boolean {
  return (
    a.length === b.length && a.every((finding, i) => formatDiagnostic(finding) === formatDiagnostic(b[i]!))
  )
}

/** A letter for each endpoint of each upstream: thousands are looked at each second. */
function statesNow({ proxy }: AdminSources): ReadonlyMap<string, string> {
  const states = new Map<string, string>()
  for (const [key, upstream] of proxy.live.table.upstreams) {
    const standings = proxy.upstreams.stateOf(upstream)?.standings() ?? []
    states.set(key, standings.map(standing => endpointStateOf(standing).charAt(0)).join(''))
  }
  return states
}

function endpointsOf(services: ReadonlySet<string>, sources: AdminSources): DrainAnswer[] {
  return serviceList(sources)
    .services.filter(({ service }) => services.has(service))
    .flatMap(({ service, endpoints }) => endpoints.map(endpoint => ({ service, endpoint })))
}

/** Those that had requests lately, the busiest first. */
function busiestRoutes({ proxy, routeFigures }: AdminSources): RouteFigures[] {
  routeFigures.refresh()
  return shownRoutes(proxy.live.table)
    .map(({ route }) => ({ route, requests: routeFigures.requestsLately(route) }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests)
    .slice(0, mostRoutes)
    .map(({ route }) => ({
      id: route.id,
      figures: routeFigures.ofRoute(route),
      branches: [
        ...routeFigures.ofCanaries(route),
        ...(route.backend === undefined ? [] : [routeFigures.ofMain(route)]),
      ],
    }))
}
