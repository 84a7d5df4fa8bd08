// Hot path: every request adds to one of these.
// What is counted of requests by where they went: the names and labels of ingress-nginx's metrics. All labels are words of the
// manifests or of ours, never a client's, so their number is bounded by the manifests.
import { Histogram, lengthBounds, sizeBounds, timeBounds } from './histogram.ts'
import { Outcomes } from './outcomes.ts'

/** Where requests went. All texts but the host are empty for requests that no rule takes. */
export interface RouteLabels {
  readonly namespace: string
  readonly ingress: string
  /** As in the rule; `_` without one. */
  readonly host: string
  readonly path: string
  /** The rule's Service. */
  readonly service: string
  /** The canary that was taken, as `namespace-service-port`; empty for none. */
  readonly canary: string
}

/** What one request comes to. Times in milliseconds; negative where it did not get so far. */
export interface RequestFigures {
  readonly status: number
  readonly method: string
  readonly durationMs: number
  /** From the first attempt until the end of the response. */
  readonly responseMs: number
  /** From the last attempt until the head of its response. */
  readonly headerMs: number
  /** From the last attempt until its connection was open. */
  readonly connectMs: number
  /** Request line, fields and body. */
  readonly requestBytes: number
  /** Status line, fields and body. */
  readonly responseBytes: number
}

/** Requests of one method that ended with one status. Times in seconds. */
export class StatusSeries {
  readonly status: number
  readonly method: string
  count = 0
  readonly duration = new Histogram(timeBounds)
  readonly response = new Histogram(timeBounds)
  readonly header = new Histogram(timeBounds)
  readonly connect = new Histogram(timeBounds)
  readonly requestSize = new Histogram(lengthBounds)
  readonly responseSize = new Histogram(lengthBounds)
  readonly bytesSent = new Histogram(sizeBounds)

  constructor(status: number, method: string) {
    this.status = status
    this.method = method
  }
}

/** Methods that have a label of their own; what clients make up is counted as OTHER. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'OTHER']
const other = methods.length - 1
/** Beyond so many for one route, statuses that are new are counted as one, 0: backends may make them up. */
const maxSeries = 100
const methodIndices: ReadonlyMap<string, number> = new Map(methods.map((method, index) => [method, index]))

/** Requests that went one way. */
export class RouteSeries {
  readonly labels: RouteLabels
  readonly outcomes = new Outcomes()
  readonly #byStatus = new Map<number, StatusSeries>()
  // The last one: neighbouring requests mostly end alike.
  #lastKey = -1
  #last: StatusSeries | undefined

  constructor(labels: RouteLabels) {
    this.labels = labels
  }

  get statuses(): Iterable<StatusSeries> {
    return this.#byStatus.values()
  }

  add(figures: RequestFigures): void {
    const { status, durationMs, responseMs, headerMs, connectMs, requestBytes, responseBytes } = figures
    this.outcomes.add(status, durationMs)
    const series = this.#seriesOf(status, methodIndices.get(figures.method) ?? other)
    series.count++
    series.duration.observe(durationMs / 1000)
    if (responseMs >= 0) series.response.observe(responseMs / 1000)
    if (headerMs >= 0) series.header.observe(headerMs / 1000)
    if (connectMs >= 0) series.connect.observe(connectMs / 1000)
    series.requestSize.observe(requestBytes)
    series.responseSize.observe(responseBytes)
    series.bytesSent.observe(responseBytes)
  }

  #seriesOf(status: number, method: number): StatusSeries {
    const key = status * methods.length + method
    if (key === this.#lastKey) return this.#last!
    let series = this.#byStatus.get(key)
    if (series === undefined) {
      if (this.#byStatus.size >= maxSeries && status !== 0) return this.#seriesOf(0, method)
      series = new StatusSeries(status, methods[method]!)
      this.#byStatus.set(key, series)
    }
    this.#lastKey = key
    this.#last = series
    return series
  }
}

/** How long series of routes that are gone are still shown, so that Prometheus sees what they came to. */
const keptMs = 300_000
/** So many series may be there beyond twice those of the table. */
const surplus = 1_000

/** All series of a process. Those of the same labels are the same, whichever table their route is of. */
export class RequestSeries {
  /** How many series have ever been made. */
  made = 0
  /** All requests together. */
  readonly total = new Outcomes()
  readonly #byKey = new Map<string, RouteSeries>()
  #byWay = new WeakMap<object, RouteSeries>()
  /** When a series was first found to be of no route, by its key; on the clock of `performance.now`. */
  readonly #goneSince = new Map<string, number>()
  #labelsInUse: () => Iterable<RouteLabels> = () => []
  #isSwept = true
  #sweepsAbove = surplus

  /** The series of a way, found by the object that stands for it; `labelsOf` is asked once for each. */
  of<Way extends object>(way: Way, labelsOf: (way: Way) => RouteLabels): RouteSeries {
    return this.#byWay.get(way) ?? this.#enter(way, labelsOf(way))
  }

  /** As `of`, where nothing is to be made: `undefined` while nothing was counted. */
  find<Way extends object>(way: Way, labelsOf: (way: Way) => RouteLabels): RouteSeries | undefined {
    return this.#byWay.get(way) ?? this.#byKey.get(keyOf(labelsOf(way)))
  }

  get all(): Iterable<RouteSeries> {
    return this.#byKey.values()
  }

  #enter(way: object, labels: RouteLabels): RouteSeries {
    if (this.#byKey.size > this.#sweepsAbove) this.sweep(0)
    const key = keyOf(labels)
    const series = this.#byKey.get(key) ?? this.#make(key, labels)
    this.#byWay.set(way, series)
    return series
  }

  #make(key: string, labels: RouteLabels): RouteSeries {
    this.made++
    const series = new RouteSeries(labels)
    this.#byKey.set(key, series)
    return series
  }

  /** From now on series can have these labels; those of others are dropped by `sweep`, which asks for them. */
  follow(labelsInUse: () => Iterable<RouteLabels>): void {
    this.#labelsInUse = labelsInUse
    this.#isSwept = false
  }

  /**
   * Drops series whose labels have not been in use for five minutes (or `forMs`), as far as sweeps have seen it. Called when
   * metrics are shown, and when series have become many.
   */
  sweep(forMs = keptMs): void {
    if (this.#isSwept && this.#goneSince.size === 0) return
    this.#isSwept = true
    const inUse = new Set(Array.from(this.#labelsInUse(), keyOf))
    const now = performance.now()
    const before = this.#byKey.size
    for (const key of this.#byKey.keys()) {
      const since = this.#goneSince.get(key)
      if (inUse.has(key)) this.#goneSince.delete(key)
      else if (since === undefined && forMs > 0) this.#goneSince.set(key, now)
      else if (now - (since ?? now) >= forMs) this.#drop(key)
    }
    // Requests that are still under way on such a route find it anew by its labels.
    if (this.#byKey.size < before) this.#byWay = new WeakMap()
    this.#sweepsAbove = 2 * inUse.size + surplus
  }

  #drop(key: string): void {
    this.#byKey.delete(key)
    this.#goneSince.delete(key)
  }
}

function keyOf(labels: RouteLabels): string {
  return JSON.stringify(labels)
}
