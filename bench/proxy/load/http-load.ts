// What every load generator is told and what it gives back. Starts none.

/** A load of HTTP/1.1 requests over connections that each send the next request when the last was answered. */
export interface HttpLoad {
  readonly scheme: 'http' | 'https'
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** A file with the raw request. */
  readonly requestFile: string
  readonly core: number
}

/** What a load generator counted; it fails instead when anything but success came back. */
export interface HttpLoadResult {
  readonly requests: number
  readonly seconds: number
  readonly bytes: number
  readonly p50Ms: number
  readonly p99Ms: number
}
