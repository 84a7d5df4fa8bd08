// The requests that ended lately, while somebody watches. Nobody watching: nobody observes, and requests leave nothing behind.
import type { ProxyContext } from '../../proxy/proxy-context.ts'
import type { RequestRecord } from '../../proxy/request-record.ts'

/** So many are kept, of a few kilobytes at most each. */
export const keptRequests = 1_000
/** Who asked for a list once is expected to ask again for so long. */
const patienceMs = 30_000

/** A request that has ended, and the number it is known by. */
export interface TailedRequest {
  readonly id: number
  readonly record: RequestRecord
}

/** Records requests for those who watch. Must be closed. */
export class RequestTail {
  readonly #proxy: Pick<ProxyContext, 'observers'>
  readonly #listeners = new Set<(request: TailedRequest) => void>()
  /** A ring: the request of number `id` is at `(id - 1) % keptRequests`. */
  readonly #kept: TailedRequest[] = []
  #lastId = 0
  #patience: NodeJS.Timeout | undefined
  #isRecording = false

  constructor(proxy: Pick<ProxyContext, 'observers'>) {
    this.#proxy = proxy
  }

  /** Whether requests are recorded now. */
  get isRecording(): boolean {
    return this.#isRecording
  }

  /** The latest first; those that ended while somebody watched. */
  *latest(): IterableIterator<TailedRequest> {
    for (let id = this.#lastId; id > this.#lastId - this.#kept.length; id--)
      yield this.#kept[(id - 1) % keptRequests]!
  }

  /** The request of a number, while it is kept. */
  find(id: number): TailedRequest | undefined {
    const request = this.#kept[(id - 1) % keptRequests]
    return request?.id === id ? request : undefined
  }

  /** Calls `listener` with each request that ends, until the function it gives is called. */
  watch(listener: (request: TailedRequest) => void): () => void {
    this.#listeners.add(listener)
    this.#follow()
    return () => {
      this.#listeners.delete(listener)
      this.#follow()
    }
  }

  /** Somebody asks for a list, and probably again: requests are recorded for 30 seconds. */
  expectQuestions(): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => {
      this.#patience = undefined
      this.#follow()
    }, patienceMs).unref()
    this.#follow()
  }

  close(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
    this.#listeners.clear()
    this.#follow()
  }

  #follow(): void {
    const isWanted = this.#listeners.size > 0 || this.#patience !== undefined
    if (isWanted === this.#isRecording) return
    this.#isRecording = isWanted
    const others = this.#proxy.observers.filter(observer => observer !== this.#observe)
    this.#proxy.observers = isWanted ? [...others, this.#observe] : others
  }

  readonly #observe = (record: RequestRecord): void => {
    const id = ++this.#lastId
    const request = { id, record }
    this.#kept[(id - 1) % keptRequests] = request
    for (const listener of this.#listeners) listener(request)
  }
}
