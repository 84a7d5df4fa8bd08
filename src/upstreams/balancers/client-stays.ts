// `sessionAffinity: ClientIP` (Service API): a client stays with its endpoint until it has been away for the Service's
// timeout. kube-proxy does this in a cluster; a proxy that goes straight to the endpoints has to do it itself.
import type { EndpointState } from '../endpoint-state.ts'

/** Clients remembered per Service; beyond it the one that was away longest is forgotten. */
const maxClients = 10_000

interface Stay {
  readonly endpoint: EndpointState
  readonly until: number
}

/** Which client went where. Times are milliseconds on any one clock. */
export class ClientStays {
  readonly #stays = new Map<string, Stay>()

  /** The endpoint a client is to stay with, if it still is among `endpoints`. */
  find(client: string, endpoints: readonly EndpointState[], now: number): EndpointState | undefined {
    const stay = this.#stays.get(client)
    if (stay === undefined || stay.until < now || !endpoints.includes(stay.endpoint)) return undefined
    return stay.endpoint
  }

  /** A request of the client goes to the endpoint now; its stay begins anew. */
  remember(client: string, endpoint: EndpointState, timeoutSeconds: number, now: number): void {
    this.#stays.delete(client)
    this.#stays.set(client, { endpoint, until: now + timeoutSeconds * 1000 })
    if (this.#stays.size > maxClients) this.#stays.delete(this.#stays.keys().next().value!)
  }
}
