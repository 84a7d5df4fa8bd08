// Hot path while requests are traced: the trace that a request belongs to, and its own places in it.
import { renderTraceparent, type TraceContext } from '../http/trace-context.ts'
import type { VariableText } from '../policies/values/variables.ts'
import type { RequestIds } from './request-ids.ts'
import type { RequestState } from './request-state.ts'

/** Who decides which requests are traced. */
export interface RequestTracing {
  /** The trace of a request whose route is known; `undefined`: it is not traced, and its trace fields go through untouched. */
  begin(request: RequestState): RequestTrace | undefined
}

/** What is decided about a trace when it begins here, or goes on. */
export interface TraceDecision {
  /** What the hop before says; `undefined`: the trace begins here. */
  readonly parent: TraceContext | undefined
  /** Sound, or empty. */
  readonly tracestate: string
  readonly isSampled: boolean
  readonly traceId: string
  /** The name that the manifests give its span; `undefined` for the usual one. */
  readonly operationName: VariableText | undefined
}

/** One request's place in its trace: a span of its own, and one for each attempt. */
export class RequestTrace {
  readonly traceId: string
  readonly spanId: string
  readonly parent: TraceContext | undefined
  readonly isSampled: boolean
  readonly tracestate: string
  readonly operationName: VariableText | undefined
  /** The span of the attempt under way; empty before the first. */
  attemptSpanId = ''
  readonly #ids: RequestIds

  constructor(decision: TraceDecision, ids: RequestIds) {
    this.traceId = decision.traceId
    this.parent = decision.parent
    this.tracestate = decision.tracestate
    this.isSampled = decision.isSampled
    this.operationName = decision.operationName
    this.#ids = ids
    this.spanId = this.#nextSpanId()
  }

  beginAttempt(): void {
    this.attemptSpanId = this.#nextSpanId()
  }

  /** The lines that tell a backend which span it is called by. */
  fieldLines(): string {
    const parentLine = `traceparent: ${this.#traceparent()}\r\n`
    return this.tracestate === '' ? parentLine : `${parentLine}tracestate: ${this.tracestate}\r\n`
  }

  /** Names and values in turn, with this trace in the place of the client's. */
  applyTo(fields: readonly string[]): string[] {
    const applied: string[] = []
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!.toLowerCase()
      if (name !== 'traceparent' && name !== 'tracestate') applied.push(fields[i]!, fields[i + 1]!)
    }
    applied.push('traceparent', this.#traceparent())
    if (this.tracestate !== '') applied.push('tracestate', this.tracestate)
    return applied
  }

  /** Names the span of the attempt; the request's own before the first. */
  #traceparent(): string {
    const { traceId, isSampled } = this
    const spanId = this.attemptSpanId === '' ? this.spanId : this.attemptSpanId
    return renderTraceparent({ traceId, spanId, isSampled, isRandom: this.parent?.isRandom ?? false })
  }

  #nextSpanId(): string {
    return this.#ids.next().slice(16)
  }
}
