// What one attempt at an endpoint leaves behind for logs. Made for attempts that failed, and for records of requests.
import type { RequestState } from './request-state.ts'

/** One attempt, in the order they were made. */
export interface AttemptRecord {
  /** `address:port`. */
  readonly endpoint: string
  /** What the endpoint answered; where it did not, the status its failure stands for; `undefined`: the client left before. */
  readonly status: number | undefined
  /** Milliseconds from the beginning of the request until it began. */
  readonly startMs: number
  /** Milliseconds until its connection was open; 0 where it went out over one that was open before. */
  readonly connectMs: number
  /** Milliseconds until the head of its response had come, connecting included; `undefined`: none came. */
  readonly headMs: number | undefined
  /** Milliseconds, connecting included. */
  readonly durationMs: number
  /** Why it gave no whole response, or why its response was passed over; empty for neither. */
  readonly failure: string
  /** Its span; empty where nobody traces. */
  readonly spanId: string
}

/** The record of the attempt under way. `endedAt` in milliseconds on `performance.now`'s clock. */
export function attemptRecordOf(
  { times, tried, trace }: RequestState,
  status: number | undefined,
  endedAt: number,
  failure: string,
): AttemptRecord {
  const { began, attempt, connected, head } = times
  return {
    endpoint: tried.at(-1)!.key,
    status,
    startMs: attempt - began,
    connectMs: connected === 0 ? 0 : connected - attempt,
    headMs: head === 0 ? undefined : head - attempt,
    durationMs: endedAt - attempt,
    failure,
    spanId: trace?.attemptSpanId ?? '',
  }
}
