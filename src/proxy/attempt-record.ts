// What one attempt at an endpoint leaves behind for logs. Made for attempts that failed, and for records of requests.

/** One attempt, in the order they were made. */
export interface AttemptRecord {
  /** `address:port`. */
  readonly endpoint: string
  /** What the endpoint answered; where it did not, the status its failure stands for; `undefined`: the client left before. */
  readonly status: number | undefined
  /** Milliseconds, connecting included. */
  readonly durationMs: number
  /** Why it gave no whole response, or why its response was passed over; empty for neither. */
  readonly failure: string
}
