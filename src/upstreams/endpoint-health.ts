// Hot path: asked at every pick.
// Whether an endpoint is passed over because of its failures, and until when. Learns from requests alone, sends nothing.
import type { Counters } from '../metrics/counters.ts'
import type { AttemptFailure } from './attempt-failure.ts'

/** The first time an endpoint is passed over; doubled with each failure in a row. */
const firstPauseMs = 1_000
const longestPauseMs = 30_000
/** Until the outcome of the one request that tries an endpoint again; longer than the default connect timeout. */
const trialMs = 10_000
/**
 * Connected, but no valid response: so many in a row, without one good response between them, are the endpoint's fault
 * and not the requests' (Envoy's default too). A refusal needs no second one: it costs the request nothing to go elsewhere.
 */
const toleratedUnanswered = 4

type Blame = 'unreachable' | 'unanswered' | 'none'

/** What a failure says of the endpoint. A body that breaks off does so after a good head. */
const blameFor: Readonly<Record<AttemptFailure, Blame>> = {
  'connect-failed': 'unreachable',
  'connect-timeout': 'unreachable',
  'name-unresolved': 'unreachable',
  'tls-failed': 'unreachable',
  'certificate-untrusted': 'unreachable',
  'certificate-mismatch': 'unreachable',
  'local-limit': 'none',
  'reset-before-response': 'unanswered',
  'stream-refused': 'none',
  'endpoint-overloaded': 'none',
  'not-http2': 'unanswered',
  'tls-alert': 'unanswered',
  'head-truncated': 'unanswered',
  'head-too-large': 'none',
  'switch-refused': 'none',
  'response-malformed': 'unanswered',
  'response-timeout': 'unanswered',
  'send-timeout': 'unanswered',
  'body-truncated': 'none',
  'internal-error': 'none',
}

/** Failures in a row of one endpoint. Times are milliseconds on any one clock. */
export class EndpointHealth {
  /** 0: in use. Later than now: passed over. Earlier: the next request tries it. */
  passedOverUntil = 0
  /** Attempts that brought a valid response head, and those that ended without a whole response. */
  answered = 0
  failed = 0
  /** How often it began to be passed over. */
  ejections = 0
  readonly #counters: Counters
  #unreachableInRow = 0
  #unansweredInRow = 0
  /** `Infinity`: none is under way. */
  #trialBeganAt = Infinity

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** One request goes to an endpoint whose pause is over; the others wait for its outcome. */
  beginTrial(now: number): void {
    this.#trialBeganAt = now
    this.passedOverUntil = now + trialMs
  }

  /** A connection was opened. */
  noteConnected(): void {
    if (this.#unreachableInRow === 0) return
    this.#unreachableInRow = 0
    if (this.#unansweredInRow <= toleratedUnanswered) this.#comeBack()
  }

  /** A valid response head came. */
  noteResponse(): void {
    this.answered++
    if (this.#unansweredInRow === 0 && this.passedOverUntil === 0) return
    this.#unreachableInRow = 0
    this.#unansweredInRow = 0
    this.#comeBack()
  }

  /**
   * `wasReused` says that the connection had served before: closed for its idleness, it says nothing of the endpoint.
   * `beganAt` is when the attempt began.
   */
  noteFailure(failure: AttemptFailure, wasReused: boolean, beganAt: number, now: number): void {
    this.failed++
    const blame = blameFor[failure]
    if (blame === 'none' || (wasReused && failure === 'reset-before-response')) return
    // An attempt begun before the endpoint was passed over, or before its trial, tells nothing new.
    if (this.passedOverUntil > now && beganAt < this.#trialBeganAt) return
    if (blame === 'unreachable') this.#unreachableInRow++
    else this.#unansweredInRow++
    const failures = Math.max(this.#unreachableInRow, this.#unansweredInRow - toleratedUnanswered)
    if (failures > 0) this.#passOver(failures, now, blame)
  }

  #passOver(failures: number, now: number, reason: Blame): void {
    if (this.passedOverUntil === 0) {
      this.ejections++
      this.#counters.ejections.add(reason)
    }
    this.#trialBeganAt = Infinity
    this.passedOverUntil = now + Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
  }

  #comeBack(): void {
    this.#trialBeganAt = Infinity
    this.passedOverUntil = 0
  }
}
