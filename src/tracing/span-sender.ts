// Sends spans to a collector through the OpenTelemetry SDK: in batches, from a queue with an end. Loaded only while spans are sent.
// A collector that is slow or away costs spans, which are counted, and nothing else.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace'
import { LocalTime } from '../access-log/local-time.ts'
import { createRedaction } from '../access-log/redaction.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { type SpanSource, spansOf } from './spans-of.ts'

/** Where spans go, and how many at once. */
export interface SenderOptions {
  readonly url: string
  readonly serviceName: string
  readonly serviceVersion: string
  /** Query arguments whose values are left out besides the usual ones. */
  readonly redactedNames: readonly string[]
  readonly maxQueueSize: number
  readonly maxBatchSize: number
  readonly delayMs: number
  /** Told of each sending. */
  readonly onSent: (result: { readonly spans: number; readonly error: Error | undefined }) => void
  /** Told of spans for which the queue had no room. */
  readonly onDropped: (spans: number) => void
}

/** What a sending may take; the SDK tries again within this time. */
const exportTimeoutMs = 10_000
/** What is left may take this long when Portico ends. */
const closeGraceMs = 2_000

/** A queue of spans on their way; must be closed. */
export class SpanSender {
  readonly #options: SenderOptions
  readonly #source: SpanSource
  readonly #processor: BatchSpanProcessor
  /** Spans that no sending has taken yet: what the SDK's queue holds. */
  #waiting = 0

  constructor(options: SenderOptions) {
    this.#options = options
    const redaction = createRedaction(options.redactedNames)
    this.#source = {
      resource: resourceOf(options),
      line: { time: new LocalTime(), redaction, sampleRate: 1 },
    }
    this.#processor = new BatchSpanProcessor({
      exporter: this.#counted(new OTLPTraceExporter({ url: options.url, timeoutMillis: exportTimeoutMs })),
      maxQueueSize: options.maxQueueSize,
      maxExportBatchSize: Math.min(options.maxBatchSize, options.maxQueueSize),
      scheduledDelayMillis: options.delayMs,
    })
  }

  /** Queues the spans of a request that is traced and sampled. */
  send(record: RequestRecord, request: RequestState | undefined): void {
    const { trace, attempts } = record
    if (trace === undefined || !trace.isSampled) return
    const count = attempts.length + 1
    // Half of a request's spans would look like a whole request.
    if (this.#waiting + count > this.#options.maxQueueSize) return this.#options.onDropped(count)
    this.#waiting += count
    for (const span of spansOf(record, trace, request, this.#source)) this.#processor.onEnd(span)
  }

  /** Sends what waits, as far as that takes no longer than two seconds. */
  async close(): Promise<void> {
    const grace = Promise.withResolvers<void>()
    const timer = setTimeout(grace.resolve, closeGraceMs)
    await Promise.race([this.#processor.shutdown().catch(() => {}), grace.promise])
    clearTimeout(timer)
  }

  #counted(exporter: OTLPTraceExporter): SpanExporter {
    return {
      export: (spans: ReadableSpan[], done) => {
        this.#waiting -= spans.length
        exporter.export(spans, result => {
          const isSent = result.code === 0
          this.#options.onSent({
            spans: spans.length,
            error: isSent ? undefined : (result.error ?? new Error('it gave no reason')),
          })
          done(result)
        })
      },
      shutdown: () => exporter.shutdown(),
    }
  }
}

/** Who sends: OTEL_RESOURCE_ATTRIBUTES, and above them the name that is in force. */
function resourceOf({ serviceName, serviceVersion }: SenderOptions): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.version': serviceVersion }))
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
    .merge(resourceFromAttributes({ 'service.name': serviceName }))
}
