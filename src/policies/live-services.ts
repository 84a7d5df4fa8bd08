// What a policy with state of its own (counters, caches, connections) may use of the process it lives in.

/** Given to `createLive` once, when the process starts. */
export interface LiveServices {
  /** Milliseconds on a clock that never goes back, exact to about 100 ms. */
  readonly now: () => number
  /** Tells the operator something in one sentence. */
  readonly report: (message: string) => void
  /** `callback` is called when the process stops serving. */
  onClose(callback: () => void | Promise<void>): void
}
