// What a policy with state of its own (counters, caches, connections) may use of the process it lives in.

/** Given to `createLive` once, when the process starts, and for each decision that is only looked at. */
export interface LiveServices {
  /** A decision is only looked at: nobody else is asked, but taken to let the request in, and nothing waits. */
  readonly rehearses: boolean
  /** Milliseconds on a clock that never goes back, exact to about 100 ms. */
  readonly now: () => number
  /** Counts something a policy did, for `portico_policy_events_total`; both names are words of ours, never of a client's. */
  readonly count: (policy: string, event: string) => void
  /**
   * Where Portico itself serves that host at that port, or at the one clients know by the scheme; `undefined` where it does
   * not. Lets a policy that asks a URL find a service behind this very proxy, as a cluster's DNS would.
   */
  readonly ownListener: (
    secure: boolean,
    host: string,
    port: number,
  ) => { readonly address: string; readonly port: number } | undefined
  /** Tells the operator something in one sentence. */
  readonly report: (message: string) => void
  /** `callback` is called when the process stops serving. */
  onClose(callback: () => void | Promise<void>): void
}
