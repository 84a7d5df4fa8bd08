// Hot path: runs for every request.
// What metrics are told of a request that is over.
import type { RequestSeries, RouteLabels } from '../metrics/request-series.ts'
import type { Backend, Route } from '../routing/table.ts'
import { upstreamName } from '../routing/upstream-name.ts'
import type { RequestState } from './request-state.ts'

/** Adds a request to the series of the way it went. */
export function countRequest(request: RequestState, series: RequestSeries): void {
  const { times, route, stream } = request
  const { began, asked, attempt, connected, head, ended } = times
  const isAnswered = head !== 0
  seriesOf(request, route, series).add({
    status: request.status,
    method: stream.head.method,
    durationMs: ended - began,
    responseMs: isAnswered ? ended - asked : -1,
    headerMs: isAnswered ? head - attempt : -1,
    connectMs: isAnswered ? (connected === 0 ? 0 : connected - attempt) : -1,
    requestBytes: stream.head.fields.text.length + request.requestBodyBytes,
    responseBytes: request.responseBodyBytes,
  })
}

/** Requests that no rule takes go one way, whatever they ask for. */
const nowhere = {}

function seriesOf(request: RequestState, route: Route | undefined, series: RequestSeries) {
  if (route === undefined) return series.of(nowhere, labelsOfNowhere)
  // A canary's backend is an object of that canary alone.
  if (request.isCanary) return series.of(request.backend!, backend => labelsOfCanary(route, backend))
  return series.of(route, labelsOf)
}

function labelsOfNowhere(): RouteLabels {
  return { namespace: '', ingress: '', host: '', path: '', service: '', canary: '' }
}

function labelsOf({ origin, host, path, backend }: Route): RouteLabels {
  const { namespace, ingress } = origin
  return { namespace, ingress, host, path, service: backend?.service ?? '', canary: '' }
}

function labelsOfCanary(route: Route, backend: Backend): RouteLabels {
  return { ...labelsOf(route), canary: upstreamName(backend) }
}
