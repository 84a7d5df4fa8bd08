// How large the head of a request may be.
import { maxHeadBytes } from './find-head-end.ts'
import { maxTargetLength } from './parse-request-head.ts'

/** In bytes. */
export interface HeadLimits {
  /** Request line and fields together; beyond: 431. */
  readonly headBytes: number
  /** The target in the request line; beyond: 414. */
  readonly targetBytes: number
}

export const defaultHeadLimits: HeadLimits = { headBytes: maxHeadBytes, targetBytes: maxTargetLength }
