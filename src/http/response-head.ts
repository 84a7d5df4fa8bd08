// A response's head as a backend sent it. Filled by the wire's parser.
import { FieldLines } from './field-lines.ts'
import { Framing, type HttpVersion } from './request-head.ts'

/** Reused from response to response of a connection: what is to be kept has to be copied. */
export class ResponseHead {
  readonly fields = new FieldLines()
  status = 0
  reason = ''
  version: HttpVersion = '1.1'
  minorVersion = 1
  framing: Framing = Framing.none
  contentLength = 0
  /** Whether the backend lets its connection be used again. */
  keepAlive = true
  /** Seconds of the backend's `Keep-Alive: timeout=n`, or -1. */
  keepAliveSeconds = -1
  /** Protocol switched to by a 101, lower case; empty otherwise. */
  upgrade = ''
}
