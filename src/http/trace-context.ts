// The fields by which a trace goes on from one hop to the next (W3C Trace Context), read and written.

/** What a hop says of the trace that a request belongs to. */
export interface TraceContext {
  /** 32 hexadecimal digits, small letters, not all 0. */
  readonly traceId: string
  /** 16 hexadecimal digits of the span that this request comes from. */
  readonly spanId: string
  /** Whether the hop before may have recorded its span. */
  readonly isSampled: boolean
  /** Whether the trace's id was drawn at random (level 2 of the recommendation); handed on as it is. */
  readonly isRandom: boolean
}

const version0 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
/** Versions to come may add parts behind these four; what begins with them is read as version 00 (§3.2.4). */
const laterVersion = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const onlyZeros = /^0+$/

/** Reads a `traceparent`. `undefined`: it breaks the grammar, so it says nothing, and a trace begins here (§2.2.3, §4.3). */
export function readTraceparent(text: string): TraceContext | undefined {
  const [, traceId, spanId, flagDigits] =
    version0.exec(text) ?? (text.startsWith('00') ? null : laterVersion.exec(text)) ?? []
  if (traceId === undefined || onlyZeros.test(traceId) || onlyZeros.test(spanId!)) return undefined
  const flags = Number.parseInt(flagDigits!, 16)
  return { traceId, spanId: spanId!, isSampled: (flags & 1) !== 0, isRandom: (flags & 2) !== 0 }
}

/** The `traceparent` of version 00. */
export function renderTraceparent({ traceId, spanId, isSampled, isRandom }: TraceContext): string {
  return `00-${traceId}-${spanId}-0${(isSampled ? 1 : 0) + (isRandom ? 2 : 0)}`
}

/** Most members of a list, and most characters that have to be handed on (§3.3.1.1, §3.3.1.5). */
const maxMembers = 32
const maxLength = 512
const member =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * The `tracestate` to hand on, of the joined fields of a request; empty where the list breaks the grammar or is beyond what
 * has to be handed on: it is dropped as a whole then, and the trace goes on without it (§3.3.1).
 */
export function readTracestate(list: string): string {
  if (list.length > maxLength) return ''
  const members = list
    .split(',')
    .map(text => text.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter(text => text !== '')
  const keys = new Set(members.map(text => text.slice(0, text.indexOf('='))))
  const isSound = members.length <= maxMembers && keys.size === members.length
  return isSound && members.every(text => member.test(text)) ? members.join(',') : ''
}
