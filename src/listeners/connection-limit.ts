// How many client connections there may be, over all listeners: fewer than the system has descriptors, so that requests can
// still reach backends and files can be read. Closes the surplus and looks at nothing that is sent.
import type { Socket } from 'node:net'
import type { Counters } from '../metrics/counters.ts'

/** Counts open sockets against a maximum. */
export class ConnectionLimit {
  readonly #max: number
  readonly #counters: Counters
  #open = 0

  constructor(max: number, counters: Counters) {
    this.#max = max
    this.#counters = counters
  }

  /** Sockets that are open now, handshakes under way included. */
  get open(): number {
    return this.#open
  }

  /** Takes a socket that was just accepted; `false`: there were too many, and it has been closed. */
  admit(socket: Socket): boolean {
    if (this.#open >= this.#max) {
      this.#counters.connectionsDropped++
      socket.destroy()
      return false
    }
    this.#open++
    this.#counters.connectionsAccepted++
    socket.once('close', this.#onClose)
    return true
  }

  readonly #onClose = (): void => {
    this.#open--
  }
}
