// What a policy that admits requests says of one: refused with an answer, or let through, perhaps with something to add.
import type { ResponseEdit } from './field-edits.ts'
import type { Answer, RequestFacts } from './request-facts.ts'

/** A request at the door. */
export interface AdmissionFacts extends RequestFacts {
  /** In milliseconds: those in force towards the backend. */
  readonly timeouts: { readonly connectMs: number; readonly readMs: number }
  /**
   * Names and values in turn of the client's fields that any other service may be shown: none that frames the message or
   * concerns this hop, none that claims something about forwarding.
   */
  passingFields(): string[]
  /**
   * Names and values in turn of what the backend is told: what policies and those who admitted the request have put there,
   * and nothing they have taken away. Without Host and what frames the message or concerns one hop.
   */
  backendFields(): string[]
  /** Names and values in turn of what the backend is told of the client's certificate (`ssl-client-…`). */
  certificateFields(): string[]
  /** `callback` is called once: when the request is over, or at once when its client has left while somebody thought. */
  whenOver(callback: () => void): void
}

/** Let through, with additions. */
export interface Admitted {
  /** Fields of the request a backend gets; each replaces all of its name, `undefined` removes them. */
  readonly requestFields?: readonly (readonly [name: string, value: string | undefined])[]
  /** Changes the fields of whatever response the client gets. */
  responseFields?(edit: ResponseEdit): void
  /** Who the client is, for logs. */
  readonly user?: string | undefined
}

/** `undefined`: let through as it is. */
export type Verdict = undefined | Admitted | Answer

/** Whether a verdict is a refusal. */
export function isAnswer(verdict: Admitted | Answer): verdict is Answer {
  return 'status' in verdict
}
