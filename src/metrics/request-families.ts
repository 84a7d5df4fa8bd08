// ingress-nginx's metrics of requests, by its names and with its labels, so that its dashboards show Portico's.
import { type Family, histogramSamples, joinLabels, labelText, type Sample } from './family.ts'
import type { RequestSeries, RouteSeries, StatusSeries } from './request-series.ts'

const prefix = 'nginx_ingress_controller_'
const labelNames = ['status', 'method', 'path', 'namespace', 'ingress', 'service', 'canary', 'host']

/** The histograms that a series has, with what ingress-nginx's documentation says they are. */
const histograms = [
  [
    'request_duration_seconds',
    'duration',
    'From the head of a request that was read to the end of its response.',
  ],
  [
    'response_duration_seconds',
    'response',
    'From the first endpoint that was asked to the end of the response.',
  ],
  ['header_duration_seconds', 'header', 'From the last endpoint that was asked to the head of its response.'],
  [
    'connect_duration_seconds',
    'connect',
    'Until the connection to the last endpoint was open; 0 where it was open before.',
  ],
  ['request_size', 'requestSize', 'Bytes of requests: request line, fields and body.'],
  [
    'response_size',
    'responseSize',
    'Bytes of responses: status line, fields and body, without what frames the body.',
  ],
  ['bytes_sent', 'bytesSent', 'As response_size, with wider bounds (deprecated in ingress-nginx).'],
] as const satisfies readonly (readonly [string, keyof StatusSeries, string])[]

/** `common`: labels of every sample, as `labelText` gives them. */
export function requestFamilies(series: RequestSeries, common: string): Family[] {
  const rows = createRows(series, common)
  return [
    {
      name: `${prefix}requests`,
      type: 'counter',
      help: 'Requests that have ended.',
      labelNames,
      *samples() {
        series.sweep()
        for (const [labels, { count }] of rows()) yield { suffix: '', labels, value: count }
      },
    },
    ...histograms.map(
      ([name, key, help]): Family => ({
        name: prefix + name,
        type: 'histogram',
        help,
        labelNames,
        *samples() {
          for (const [labels, status] of rows()) {
            // What never happened, such as an answer of a backend where Portico redirects, has no samples.
            if (status[key].count > 0) yield* histogramSamples(status[key], labels)
          }
        },
      }),
    ),
    {
      name: `${prefix}ingress_upstream_latency_seconds`,
      type: 'summary',
      help: 'Sum and count of connect_duration_seconds, without quantiles (deprecated in ingress-nginx).',
      labelNames: ['ingress', 'namespace', 'service', 'canary'],
      samples: () => latencySamples(series, common),
    },
  ]
}

/** The labels of each series with its numbers. Written once for each: they are most of the work. */
function createRows(series: RequestSeries, common: string) {
  const texts = new WeakMap<StatusSeries, string>()
  return function* (): IterableIterator<readonly [labels: string, status: StatusSeries]> {
    for (const route of series.all) {
      for (const status of route.statuses) {
        let labels = texts.get(status)
        if (labels === undefined) {
          labels = joinLabels(common, labelsOf(route, status))
          texts.set(status, labels)
        }
        yield [labels, status]
      }
    }
  }
}

function labelsOf({ labels }: RouteSeries, { status, method }: StatusSeries): string {
  const { path, namespace, ingress, service, canary, host } = labels
  return labelText({ status: status || 'other', method, path, namespace, ingress, service, canary, host })
}

/** Hosts and paths of one Ingress and Service are one here. */
function* latencySamples(series: RequestSeries, common: string): IterableIterator<Sample> {
  const byLabels = new Map<string, { sum: number; count: number }>()
  for (const { labels, statuses } of series.all) {
    const { ingress, namespace, service, canary } = labels
    const key = labelText({ ingress, namespace, service, canary })
    const all = byLabels.get(key) ?? { sum: 0, count: 0 }
    byLabels.set(key, all)
    for (const { connect } of statuses) {
      all.sum += connect.sum
      all.count += connect.count
    }
  }
  for (const [own, { sum, count }] of byLabels) {
    const labels = joinLabels(common, own)
    yield { suffix: '_sum', labels, value: sum }
    yield { suffix: '_count', labels, value: count }
  }
}
