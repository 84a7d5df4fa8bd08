// Hot path while requests are traced: whether a request is, which trace it goes on with, and whether its spans are sent.
import { readTraceparent, readTracestate, type TraceContext } from '../http/trace-context.ts'
import type { OpentelemetrySettings } from '../policies/observability/opentelemetry.ts'
import type { RequestIds } from '../proxy/request-ids.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { RequestTrace } from '../proxy/request-trace.ts'
import type { Sampling, TracingOptions } from './options.ts'

/** The trace of a request, by what is in force on its route and what `options` outrank; `undefined`: it is not traced. */
export function beginTrace(
  request: RequestState,
  { tracesUrl, sampling }: Pick<TracingOptions, 'tracesUrl' | 'sampling'>,
  ids: RequestIds,
): RequestTrace | undefined {
  const settings = request.policies.opentelemetry
  if (!(settings.enabled ?? tracesUrl !== undefined)) return undefined
  const { fields } = request.stream.head
  const parent = settings.trustsIncomingSpan ? readTraceparent(fields.join('traceparent')) : undefined
  const traceId = parent?.traceId ?? ids.next()
  const decision = {
    parent,
    traceId,
    // Belongs to the trace that goes on; without one it says nothing.
    tracestate: parent === undefined ? '' : readTracestate(fields.join('tracestate')),
    isSampled: isSampled(traceId, parent, sampling ?? samplingOf(settings)),
    operationName: settings.operationName,
  }
  return new RequestTrace(decision, ids)
}

/** What the ConfigMap says. */
export function samplingOf({ sampler, samplerRatio, samplerParentBased }: OpentelemetrySettings): Sampling {
  const ratio = sampler === 'AlwaysOn' ? 1 : sampler === 'AlwaysOff' ? 0 : samplerRatio
  return { ratio, isParentBased: samplerParentBased }
}

/**
 * By the last 56 bits of the trace's id, which are random: everybody who samples by the same ratio takes the same traces
 * (OpenTelemetry's TraceIdRatioBased).
 */
export function isSampled(
  traceId: string,
  parent: TraceContext | undefined,
  { ratio, isParentBased }: Sampling,
): boolean {
  if (isParentBased && parent !== undefined) return parent.isSampled
  return ratio === 1 || Number.parseInt(traceId.slice(-14), 16) >= (1 - ratio) * 2 ** 56
}
