// What those who admitted a request have added to it, and who wants to know when it is over. One for each request that
// anybody has to admit; a late answer finds a request that is over, never the next one on the connection.
import type { Admitted } from '../policies/admission.ts'

/** The additions to one request. */
export class Admissions {
  readonly all: Admitted[] = []
  #isOver = false
  readonly #callbacks: (() => void)[] = []

  /** Who the client is; the last one to say so is believed. */
  get user(): string {
    return this.all.findLast(({ user }) => user !== undefined)?.user ?? ''
  }

  whenOver(callback: () => void): void {
    if (this.#isOver) callback()
    else this.#callbacks.push(callback)
  }

  end(): void {
    this.#isOver = true
    for (const callback of this.#callbacks.splice(0)) callback()
  }
}
