// What is known of a request when it has ended, for logs and live views. Made only while somebody listens.
import type { HttpVersion } from '../http/request-head.ts'
import type { Route } from '../routing/table.ts'
import type { AttemptRecord } from './attempt-record.ts'
import type { RequestTrace } from './request-trace.ts'

/** One finished request. Times in milliseconds, sizes in bytes. */
export interface RequestRecord {
  /** When it ended, on the clock of `Date.now`. */
  readonly time: number
  readonly durationMs: number
  /** Until the first endpoint was asked: others admitted it, or its body was read whole; all of its time where none was asked. */
  readonly queueMs: number
  /** Of the last attempt: until its connection was open; 0 where it was open before. */
  readonly connectMs: number
  /** Until the head of the response that the client got came from its backend; `undefined`: none did. */
  readonly firstByteMs: number | undefined
  /** The rule that took it; `undefined` for none. */
  readonly route: Route | undefined
  /** Who was asked, `namespace/service:port`; empty for nobody. */
  readonly service: string
  readonly isCanary: boolean
  readonly scheme: 'http' | 'https'
  /** How many endpoints were asked besides the first. */
  readonly retries: number
  readonly clientAddress: string
  /** Who the client is, to those who asked for a password; empty where nobody did. */
  readonly user: string
  /** Empty, as is all that the head would have said, when it was refused while it was read. */
  readonly method: string
  readonly target: string
  readonly version: HttpVersion
  readonly authority: string
  readonly status: number
  readonly bodyBytesSent: number
  /** Head and body, without what frames the body (chunk sizes, HTTP/2's frames). */
  readonly bytesSent: number
  /** Request line, fields and decoded body. */
  readonly requestBytes: number
  readonly referer: string
  readonly userAgent: string
  readonly requestId: string
  /** Its place in a trace; `undefined` while nobody traces it. */
  readonly trace: RequestTrace | undefined
  /** Ids of its trace and its span in hexadecimal digits, 32 and 16; empty while nobody traces it. */
  readonly traceId: string
  readonly spanId: string
  /** `namespace-service-port` of the main backend; empty without one. */
  readonly upstreamName: string
  /** The same of the canary that was taken; empty for none. */
  readonly alternativeUpstreamName: string
  /** `portico/variant` of the backend that was chosen; empty where it has no name. */
  readonly variant: string
  /** Whether the access log may show it (ingress-nginx: `enable-access-log` and what the ConfigMap says). */
  readonly isLogged: boolean
  /** In the order they were made; empty when no endpoint was asked. */
  readonly attempts: readonly AttemptRecord[]
  /** Why Portico answered itself or cut the response; empty when the backend's answer went through. */
  readonly cause: string
}
