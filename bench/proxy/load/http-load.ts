// What a load generator for HTTP is told and what it gives back. Starts none.
import type { RequestShape } from '../request-shape.ts'
import type { Workspace } from '../workspace.ts'

/** The load generators. */
export type LoadTool = 'wrk' | 'autocannon'

/** A load of HTTP/1.1 requests over connections that each send the next request when the last was answered. */
export interface HttpLoad {
  readonly scheme: 'http' | 'https'
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** Sent in turn. */
  readonly requests: readonly RequestShape[]
  readonly core: number
  readonly workspace: Workspace
}

/** What a load generator counted; it fails instead when anything but success came back. */
export interface HttpLoadResult {
  readonly requests: number
  readonly seconds: number
  readonly bytes: number
  readonly p50Ms: number
  readonly p99Ms: number
}
