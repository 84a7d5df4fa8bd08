// The live tail of one client: requests that end, a few times a second, and no more of them than anybody can read.
import type { RequestsEvent, RequestView } from '../api/live-types.ts'
import type { RequestFilter } from '../api/request-filter.ts'
import type { RequestTail, TailedRequest } from './request-tail.ts'

const intervalMs = 250
/** The latest are told. */
const mostTold = 50

/** Sends what a tail sees to one client. Must be closed. */
export class RequestBatches {
  readonly #waiting: TailedRequest[] = []
  #skipped = 0
  #timer: NodeJS.Timeout | undefined
  readonly #stop: () => void
  readonly #flush: () => void

  constructor(
    tail: RequestTail,
    filter: RequestFilter,
    view: (request: TailedRequest) => RequestView,
    send: (event: RequestsEvent) => void,
  ) {
    this.#flush = () => {
      this.#timer = undefined
      const requests = this.#waiting.map(view)
      this.#waiting.length = 0
      send({ requests, skipped: this.#skipped })
      this.#skipped = 0
    }
    this.#stop = tail.watch(request => {
      if (filter(request.record)) this.#add(request)
    })
  }

  close(): void {
    this.#stop()
    clearTimeout(this.#timer)
  }

  #add(request: TailedRequest): void {
    this.#waiting.push(request)
    if (this.#waiting.length > mostTold) {
      this.#waiting.shift()
      this.#skipped++
    }
    this.#timer ??= setTimeout(this.#flush, intervalMs).unref()
  }
}
