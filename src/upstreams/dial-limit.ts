// Hot path: asked for every new connection to an endpoint.
// How many connections to endpoints there may be in all: so many that descriptors are left for clients and for files.

/** Counts open connections, those being dialled included, against a maximum. */
export class DialLimit {
  open = 0
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get isReached(): boolean {
    return this.open >= this.#max
  }
}
