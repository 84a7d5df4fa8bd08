// What a client connection does with the bytes that arrive.
import type { MessageError } from '../http1/message-error.ts'
import type { ListenerTimeouts } from './listener-context.ts'

/** The states of reading. */
export const Receiving = {
  /** Waits for or collects a request head. */
  head: 0,
  body: 1,
  /** The request is whole; what follows belongs to the next and waits. */
  done: 2,
  /** The response is out already: the rest of the body is read and dropped, up to `maxDiscardedBytes`. */
  discard: 3,
  /** Our last response is out; what arrives is dropped for a while so that a reset does not eat it (RFC 9112 §9.6). */
  lingering: 4,
} as const
export type Receiving = (typeof Receiving)[keyof typeof Receiving]

/** A client that sends a byte now and then would keep a backend waiting for hours. */
export const minBodyProgressBytes = 1024
export const maxDiscardedBytes = 1024 * 1024
export const lingeringMs = 2_000
/** How long the rest of a request may come that HTTP/2 drops; no reset of ours can take the response away, as one of TCP does. */
export const http2DiscardMs = 500

export const requestTimeout: MessageError = { status: 408, reason: 'the request took too long to arrive' }

/** How long a client may take for what it is to do now. `isBodyDue`: it is asked for the rest of its body. */
export function allowedMs(receiving: Receiving, isBodyDue: boolean, timeouts: ListenerTimeouts): number {
  switch (receiving) {
    case Receiving.head:
      return timeouts.keepAliveMs
    case Receiving.body:
      return isBodyDue ? timeouts.bodyIdleMs : Infinity
    case Receiving.done:
      return Infinity
    default:
      return lingeringMs
  }
}
