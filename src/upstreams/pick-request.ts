// What choosing an endpoint may ask of a request. The proxy's requests implement it.
import type { RequestFacts } from '../policies/request-facts.ts'

/** One request that needs an endpoint. */
export interface PickRequest extends RequestFacts {
  /** Set when the endpoint was chosen for a client that is to stay with it: what its session cookie is to say. */
  newStay: string
}
