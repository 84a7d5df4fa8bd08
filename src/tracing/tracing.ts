// Tracing from outside: on while the live table or the command line asks for it, off and not even loaded otherwise. What spans are,
// and how they are sent, is spans-of.ts's and span-sender.ts's business.
import { withoutCredentials } from '../diagnostics/without-credentials.ts'
import {
  collectorUrl,
  type OpentelemetrySettings,
  opentelemetry,
} from '../policies/observability/opentelemetry.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { Route, RoutingTable } from '../routing/table.ts'
import { beginTrace } from './begin-trace.ts'
import { type TracingOptions, tracesUrlBelow } from './options.ts'
import type { SenderOptions, SpanSender } from './span-sender.ts'

/** Traces requests; must be closed. */
export interface Tracing {
  /** Goes by a table that has become live: resolves when requests are traced as it says. */
  follow(table: RoutingTable): Promise<void>
  /** Sends what waits, within two seconds. */
  close(): Promise<void>
}

/** How spans are sent: a sender is made anew where one of these is another. */
type SenderSettings = Omit<SenderOptions, 'onSent' | 'onDropped' | 'redactedNames'>

/**
 * Creates it, off until a table is followed. `redactedNames`: query arguments whose values spans leave out besides the usual ones.
 * `report` tells the operator something in one sentence.
 */
export function createTracing(
  proxy: ProxyContext,
  options: TracingOptions,
  redactedNames: readonly string[],
  report: (message: string) => void,
): Tracing {
  const { counters } = proxy
  const requestTracing = { begin: beginOf(proxy, options) }
  for (const problem of options.problems) report(problem)
  let sender: SpanSender | undefined
  let wanted: SenderSettings | undefined
  let following = Promise.resolve()
  let isFailing = false
  const observe = (record: RequestRecord, request: RequestState | undefined) => sender?.send(record, request)

  function noteSending(url: string, spans: number, error: Error | undefined): void {
    const shown = withoutCredentials(url)
    counters.spans.add(error === undefined ? 'sent' : 'failed', spans)
    if (error === undefined) {
      if (isFailing) report(`spans are sent to ${shown} again`)
      isFailing = false
    } else if (!isFailing) {
      isFailing = true
      report(
        `spans could not be sent to ${shown} and are lost until they can: ${withoutCredentials(error.message)}`,
      )
    }
  }

  function stop(): Promise<void> {
    const before = sender
    sender = undefined
    proxy.tracing = undefined
    proxy.observers = proxy.observers.filter(observer => observer !== observe)
    return before?.close() ?? Promise.resolve()
  }

  async function start(settings: SenderSettings): Promise<void> {
    const { SpanSender } = await import('./span-sender.ts')
    // Another table may have come while it was loaded.
    if (wanted !== settings) return
    sender = new SpanSender({
      ...settings,
      redactedNames,
      onSent: ({ spans, error }) => noteSending(settings.url, spans, error),
      onDropped: spans => counters.spans.add('dropped', spans),
    })
    proxy.tracing = requestTracing
    proxy.observers = [...proxy.observers, observe]
  }

  return {
    follow(table) {
      const next = senderSettings(table, options)
      if (isSame(next, wanted)) return following
      wanted = next
      // What the one before still has to send takes its time.
      stop().catch(() => {})
      following = next === undefined ? Promise.resolve() : start(next)
      return following
    },
    close() {
      wanted = undefined
      return stop()
    },
  }
}

function beginOf({ requestIds }: ProxyContext, options: TracingOptions) {
  return (request: Parameters<typeof beginTrace>[0]) => beginTrace(request, options, requestIds)
}

/** What a table asks for; `undefined`: nothing is traced. */
function senderSettings(table: RoutingTable, options: TracingOptions): SenderSettings | undefined {
  if (options.isDisabled) return undefined
  const settings = table.unclaimed.policies.opentelemetry
  if (options.tracesUrl === undefined && !isAsked(table, settings)) return undefined
  return {
    url: options.tracesUrl ?? tracesUrlBelow(collectorUrl(settings)),
    serviceName: options.serviceName ?? settings.serviceName ?? opentelemetry.defaults.serviceName!,
    serviceVersion: options.serviceVersion,
    maxQueueSize: settings.maxQueueSize,
    maxBatchSize: settings.maxExportBatchSize,
    delayMs: settings.scheduleDelayMs,
  }
}

/** Whether the ConfigMap or any Ingress switches tracing on. */
function isAsked({ hosts }: RoutingTable, base: OpentelemetrySettings): boolean {
  if (base.enabled === true) return true
  const asks = (route: Route | undefined) => route?.policies.opentelemetry.enabled === true
  return hosts.some(({ routes, fallback }) => routes.some(asks) || asks(fallback))
}

function isSame(one: SenderSettings | undefined, other: SenderSettings | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
