// Where the time of a request went, as parts that add up to all of it.
import type { RequestView } from '../../../src/admin/api/live-types.ts'

/** One stretch of time. */
export interface TimePart {
  readonly name: 'queue' | 'connect' | 'retries' | 'wait' | 'transfer'
  /** For people. */
  readonly label: string
  readonly ms: number
}

const labels: Record<TimePart['name'], string> = {
  queue: 'waiting to be sent (admission, body)',
  retries: 'earlier attempts',
  connect: 'connecting to the endpoint',
  wait: 'waiting for the response head',
  transfer: 'response to the client',
}

/** The stretches in the order they passed; those without length are left out. Rounding never makes one negative. */
export function splitTime(request: RequestView): TimePart[] {
  const { durationMs, queueMs, connectMs, attempts } = request
  const last = attempts.at(-1)
  const firstByteMs = request.firstByteMs ?? durationMs
  const headMs = last?.headMs ?? 0
  const beforeHead = Math.max(0, firstByteMs - queueMs)
  // Of the time before the head, the last attempt's own is known; the rest went to attempts before it.
  const ofLast = attempts.length > 1 ? Math.min(beforeHead, headMs || (last?.durationMs ?? 0)) : beforeHead
  const connect = Math.min(ofLast, Math.max(0, connectMs))
  const parts: Record<TimePart['name'], number> = {
    queue: Math.min(queueMs, durationMs),
    retries: beforeHead - ofLast,
    connect,
    wait: ofLast - connect,
    transfer: durationMs - Math.min(durationMs, Math.max(firstByteMs, queueMs)),
  }
  return (['queue', 'retries', 'connect', 'wait', 'transfer'] as const)
    .map(name => ({ name, label: labels[name], ms: parts[name] }))
    .filter(part => part.ms > 0)
}
