// Hot path: every request adds to one of these.
// What is counted of requests by where they went: the names and labels of ingress-nginx's metrics. All labels are words of the
// manifests or of ours, never a client's, so their number is bounded by the manifests.
import { Histogram, lengthBounds, sizeBounds, timeBounds } from './histogram.ts'
import { Latencies } from './latencies.ts'

/** Where requests went. All texts are empty for requests that no rule takes. */
export interface RouteLabels {
  readonly namespace: string
  readonly ingress: string
  /** As in the rule. */
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
  readonly headerMs: number
  readonly connectMs: number
  readonly requestBytes: number
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
const methodIndices: ReadonlyMap<string, number> = new Map(methods.map((method, index) => [method, index]))

/** Requests that went one way. */
export class RouteSeries {
  readonly labels: RouteLabels
  readonly latencies = new Latencies()
  /** Those that ended with 500 and above. */
  errors = 0
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
    this.latencies.add(durationMs)
    if (status >= 500) this.errors++
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
      series = new StatusSeries(status, methods[method]!)
      this.#byStatus.set(key, series)
    }
    this.#lastKey = key
    this.#last = series
    return series
  }
}

/** All series of a process. Those of the same labels are the same, whichever table their route is of. */
export class RequestSeries {
  readonly #byLabels = new Map<string, RouteSeries>()
  readonly #byWay = new WeakMap<object, RouteSeries>()

  /** The series of a way, found by the object that stands for it; `labelsOf` is asked once for each. */
  of<Way extends object>(way: Way, labelsOf: (way: Way) => RouteLabels): RouteSeries {
    return this.#byWay.get(way) ?? this.#enter(way, labelsOf(way))
  }

  #enter(way: object, labels: RouteLabels): RouteSeries {
    const key = JSON.stringify(labels)
    const series = this.#byLabels.get(key) ?? new RouteSeries(labels)
    this.#byLabels.set(key, series)
    this.#byWay.set(way, series)
    return series
  }

  get all(): Iterable<RouteSeries> {
    return this.#byLabels.values()
  }
}
