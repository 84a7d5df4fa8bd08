// Hot path: every request adds to these numbers.
// What has happened since the start. Plain numbers that only grow; how they are shown is exposition.ts's business.
import { delayBounds, Histogram } from './histogram.ts'
import { Reloads } from './reloads.ts'
import { RequestSeries } from './request-series.ts'
import { Tally } from './tally.ts'

/** Index: the first digit of a status. */
export const statusClasses = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** Everything that is counted, one object for the whole process. */
export class Counters {
  /** Requests whose head was read; some have not ended yet. */
  requestsBegun = 0
  /** Ended requests by where they went. */
  readonly series = new RequestSeries()
  /** How late the thread came to its timer, in seconds. */
  readonly eventLoopDelays = new Histogram(delayBounds)
  readonly reloads = new Reloads()
  /** Connections that clients opened and Portico took. */
  connectionsAccepted = 0
  /** Connections closed at once because there were too many. */
  connectionsDropped = 0
  /** Attempts to have a request answered by an endpoint, repeated ones included. */
  attempts = 0
  /** Lines that the access log's reader did not take in time. */
  logLinesDropped = 0
  /** Spans for a collector, by what became of them. */
  readonly spans = new Tally<'sent' | 'failed' | 'dropped'>()
  /** Why attempts gave no whole response. */
  readonly failedAttempts = new Tally<string>()
  /** After what a request was sent once more. */
  readonly retries = new Tally<string>()
  /** Why endpoints were passed over. */
  readonly ejections = new Tally<string>()
  /** Why clients were gone before their response had ended. */
  readonly clientAborts = new Tally<string>()
  /** What policies did, as `policy event`. */
  readonly policyEvents = new Tally<string>()
  /** Statuses of heads that were refused while they were read. */
  readonly refusedHeads = new Tally<number>()
  /** By status class: requests answered by a backend, whole. */
  readonly #passed: number[] = statusClasses.map(() => 0)
  /** By status class: requests that Portico answered itself or cut, by their cause. */
  readonly #caused = statusClasses.map(() => new Tally<string>())

  /** Requests that are under way now. */
  get requestsInFlight(): number {
    return this.requestsBegun - this.series.total.requests
  }

  /** A request has ended; `cause` is empty when the backend's answer went through. */
  countRequest(status: number, cause: string): void {
    const index = status >= 100 && status < 600 ? Math.trunc(status / 100) : 0
    if (cause === '') this.#passed[index]!++
    else this.#caused[index]!.add(cause)
  }

  /** Ended requests of one cause, whatever their status. */
  requestsCausedBy(cause: string): number {
    return this.#caused.reduce((sum, causes) => sum + causes.of(cause), 0)
  }

  /** Ended requests as `[status class, cause, count]`. */
  *requests(): IterableIterator<readonly [statusClass: string, cause: string, count: number]> {
    for (const [index, statusClass] of statusClasses.entries()) {
      if (this.#passed[index] !== 0) yield [statusClass, '', this.#passed[index]!]
      for (const [cause, count] of this.#caused[index]!.entries()) yield [statusClass, cause, count]
    }
  }
}
