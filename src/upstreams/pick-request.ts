// What choosing an endpoint may ask of a request. The proxy's requests implement it.

/** One request that needs an endpoint. */
export interface PickRequest {
  readonly clientAddress: string
}
