// What one policy does about one request: plain JSON, a part of an explanation.
import type { ShownSetting } from './shown-settings.ts'

/** When a request meets a policy, in this order. */
export type PolicyMoment =
  /** Asked for an answer in the backend's place. */
  | 'answers'
  /** Limits, faults. */
  | 'admits'
  /** Address lists, passwords, external auth, client certificates. */
  | 'guards'
  /** Mirrors. */
  | 'reads-along'
  | 'request-fields'
  | 'response-fields'
  | 'response-body'
  /** Read by the code that speaks to the backend: timeouts, sizes, balancing. */
  | 'in-force'

/**
 * `answered`: it ended the request. `passed`: asked, and it let the request go on. `refused`: it would have answered, but with
 * `satisfy: any` another guard had the say. `acts`: it changes something. `not-reached`: the request was answered before.
 */
export type PolicyVerdict = 'answered' | 'passed' | 'refused' | 'acts' | 'not-reached'

/** One policy at one moment. */
export interface PolicyStep {
  readonly policy: string
  readonly moment: PolicyMoment
  readonly verdict: PolicyVerdict
  /** What it does about this request: a clause without a subject; may hold what the client sent. */
  readonly does: string
  /** Of its answer. */
  readonly status?: number
  readonly location?: string
  /** What was written for it, and where; empty where its defaults act. */
  readonly settings: readonly ShownSetting[]
}
