// Hot path: runs for every request of a route that limits how many a client may have under way.
// Requests under way by client. Bounded by what is under way: a client without a request is not known.

/** Counts the requests that clients have under way. */
export class RequestsInProgress {
  readonly #counts = new Map<string, number>()

  /** Counts one more, unless the client has `max` already. What was counted has to be ended, once. */
  begin(client: string, max: number): boolean {
    const count = this.#counts.get(client) ?? 0
    if (count >= max) return false
    this.#counts.set(client, count + 1)
    return true
  }

  end(client: string): void {
    const count = this.#counts.get(client)!
    if (count === 1) this.#counts.delete(client)
    else this.#counts.set(client, count - 1)
  }

  /** Clients with a request under way. */
  get size(): number {
    return this.#counts.size
  }
}
