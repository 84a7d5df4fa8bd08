// The seam between expectations and whoever can see what becomes of requests: a table, or a running proxy.
import type { CaseRequest } from './expectation.ts'
import type { Observation, ObservedShares } from './observation.ts'

/** Sees what becomes of requests. */
export interface Observer {
  /** One request; `problem`: why it could not be asked or sent, as a clause. Never rejects. */
  observe(request: CaseRequest): Promise<Observation | { readonly problem: string }>
  /** How such requests are divided; `count` is how many to send where they have to be counted. */
  shares(request: CaseRequest, count: number): Promise<ObservedShares>
  close(): Promise<void>
}
