// What is known of a request when it has ended, for logs and live views. Made only while somebody listens.

/** One finished request. Times in milliseconds, sizes in bytes. */
export interface RequestRecord {
  readonly time: Date
  readonly durationMs: number
  readonly clientAddress: string
  readonly method: string
  readonly target: string
  readonly minorVersion: number
  readonly authority: string
  readonly status: number
  readonly bodyBytesSent: number
  /** Request line, fields and decoded body. */
  readonly requestBytes: number
  readonly referer: string
  readonly userAgent: string
  readonly requestId: string
  /** `namespace-service-port` of the main backend; empty without one. */
  readonly upstreamName: string
  /** The same of the canary that was taken; empty for none. */
  readonly alternativeUpstreamName: string
  /** `address:port` of each endpoint tried, the last one served. */
  readonly endpoints: readonly string[]
  readonly upstreamStatus: number | undefined
  readonly upstreamDurationMs: number | undefined
  /** Why Portico answered itself or cut the response; empty when the backend's answer went through. */
  readonly cause: string
}
