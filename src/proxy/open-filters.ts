// Hot path on routes whose policies filter response bodies: puts the stages that a response goes through in a row.
import type { OutgoingHead } from '../http/client-stream.ts'
import type { BodyFilter, BodySink, BodySource, OpenedFilter } from './body-filter.ts'
import { openCompression } from './compress-body.ts'
import { openPace } from './pace-body.ts'
import type { RequestState } from './request-state.ts'

/** Opens a stage for a response, or `undefined` when there is nothing for it to do. */
type OpenFilter = (request: RequestState, head: OutgoingHead) => OpenedFilter | undefined

/** From the backend to the client. */
const stages: readonly OpenFilter[] = [openCompression, openPace]

/** The stages for a response between the backend and the client, and the head they make of it. */
export function openFilters(
  request: RequestState,
  head: OutgoingHead,
  ends: BodySource & BodySink,
): { readonly filter: BodyFilter | undefined; readonly head: OutgoingHead } {
  let filtered = head
  const connects: Connect[] = []
  for (const open of stages) {
    const stage = open(request, filtered)
    if (stage === undefined) continue
    filtered = stage.head
    if (stage.connect !== undefined) connects.push(stage.connect)
  }
  return { filter: connects.length === 0 ? undefined : new FilterChain(connects, ends), head: filtered }
}

type Connect = NonNullable<OpenedFilter['connect']>

/** Several stages as one. */
class FilterChain implements BodyFilter {
  /** From the backend to the client. */
  readonly #filters: BodyFilter[] = []

  constructor(connects: readonly Connect[], ends: BodySource & BodySink) {
    let sink: BodySink = ends
    for (const [index, connect] of [...connects.entries()].reverse()) {
      const source = index === 0 ? ends : this.#sourceBefore(connects.length - index, ends)
      const filter = connect(source, sink)
      this.#filters.unshift(filter)
      sink = filter
    }
  }

  /** The stage that feeds the one `fromEnd` places before the client: it is made after it. */
  #sourceBefore(fromEnd: number, ends: BodySource): BodySource {
    return {
      onBodyDrain: () => this.#filters.at(-1 - fromEnd)?.onSinkDrain(),
      onBodyFailure: () => ends.onBodyFailure(),
    }
  }

  sendBody(chunk: Buffer): boolean {
    return this.#filters[0]!.sendBody(chunk)
  }

  flush(): void {
    this.#filters[0]!.flush()
  }

  endBody(trailers: string): void {
    this.#filters[0]!.endBody(trailers)
  }

  onSinkDrain(): void {
    this.#filters.at(-1)!.onSinkDrain()
  }

  destroy(): void {
    for (const filter of this.#filters) filter.destroy()
  }
}
