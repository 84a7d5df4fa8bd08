// Hot path: runs for every request.
// What metrics are told of a request that is over.
import type { RequestSeries } from '../metrics/request-series.ts'
import type { RequestState } from './request-state.ts'
import { seriesOf } from './route-series.ts'

/** Adds a request to the series of the way it went, and to those of all requests. */
export function countRequest(request: RequestState, series: RequestSeries): void {
  const { times, status, stream } = request
  const { began, asked, attempt, connected, head, ended } = times
  const durationMs = ended - began
  series.total.add(status, durationMs)
  seriesOf(series, request.route, request.canary).add({
    status,
    method: stream.head.method,
    durationMs,
    responseMs: asked === 0 ? -1 : ended - asked,
    headerMs: head === 0 ? -1 : head - attempt,
    // A connection that was open before took no time.
    connectMs: connected === 0 ? (head === 0 ? -1 : 0) : connected - attempt,
    requestBytes: stream.head.fields.text.length + request.requestBodyBytes,
    responseBytes: stream.headBytesSent + request.responseBodyBytes,
  })
}
