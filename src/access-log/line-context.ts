// What the lines of all formats are made with.
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { LocalTime } from './local-time.ts'
import type { Redaction } from './redaction.ts'

/** Shared by the lines of a log. */
export interface LineContext {
  readonly time: LocalTime
  readonly redaction: Redaction
  /** Share of requests that are logged, failures apart: 1 for all. */
  readonly sampleRate: number
}

/**
 * Makes a line of a request that is over, without its line feed. `request` is the request itself, for what its record does not
 * hold; `undefined` for what was no request.
 */
export type RenderLine = (
  record: RequestRecord,
  context: LineContext,
  request: RequestState | undefined,
) => string

/** A format: how its lines are made, and how their characters become bytes. `latin1`: they are bytes already. */
export interface LineFormat {
  readonly render: RenderLine
  readonly encoding: 'utf8' | 'latin1'
}
