// Hot path: runs for every message in either direction.
// The writing half of a connection: collects text and small pieces of body so that they leave in one write, and knows
// when the peer takes nothing any more.
import type { Socket } from 'node:net'

/** Body pieces up to this size are copied behind the text into one write; a copy of 8 KiB costs less than a second write. */
const copiedBytes = 8 * 1024
const maxCollected = 64 * 1024
/** Text that may wait for a slow peer before its source is held. */
const maxWaiting = 64 * 1024

/** Writes one socket's text and body pieces; tells its owner when the peer falls behind and when it has caught up. */
export class SocketWriter {
  /** Whether body pieces are written as chunks (RFC 9112 §7.1). */
  chunked = false
  /** A piece of body handed to the socket is still needed, or too much waits for the peer: nothing more should come. */
  blocked = false
  readonly #socket: Socket
  readonly #owner: SocketWriterOwner
  #collected = ''

  constructor(socket: Socket, owner: SocketWriterOwner) {
    this.#socket = socket
    this.#owner = owner
  }

  /** Whether all that was handed over is out. */
  get isDone(): boolean {
    return this.#collected === '' && this.#socket.writableLength === 0
  }

  /** Collects text, one octet per character. */
  addText(text: string): void {
    this.#collected += text
  }

  /** Collects or writes a piece of body. On `false` its bytes are needed until the owner hears `onWriterDrained`. */
  addBody(piece: Buffer): boolean {
    if (this.chunked) this.#collected += `${piece.length.toString(16)}\r\n`
    if (piece.length <= copiedBytes) {
      this.#collected += piece.latin1Slice(0, piece.length)
    } else {
      this.flush()
      this.#write(piece)
    }
    if (this.chunked) this.#collected += '\r\n'
    if (this.#collected.length > maxCollected) this.flush()
    return !this.blocked
  }

  /** Ends a chunked body, with these trailer lines; any other has its end already. */
  endBody(trailers: string): void {
    if (this.chunked) this.#collected += trailers === '' ? '0\r\n\r\n' : `0\r\n${trailers}\r\n`
    this.flush()
  }

  /** Writes what was collected. */
  flush(): void {
    if (this.#collected === '') return
    const text = this.#collected
    this.#collected = ''
    this.#write(text)
  }

  #write(data: string | Buffer): void {
    if (this.#socket.destroyed) return
    // Text goes without a callback: one would cost a tick for every write, 0.5 µs, and it is hardly ever needed.
    if (typeof data !== 'string') this.#socket.write(data, this.#onWritten)
    else if (this.blocked) this.#socket.write(data, 'latin1', this.#onWritten)
    else this.#socket.write(data, 'latin1')
    // What the kernel did not take at once shows here, before any callback. Text is the socket's own from now on and may
    // wait; over TLS it always does for a turn. A piece of body is a view of a buffer that is used again.
    const waiting = this.#socket.writableLength
    if (typeof data !== 'string') {
      if (waiting > 0) this.#block()
    } else if (waiting > maxWaiting && !this.blocked) {
      this.watch()
    }
  }

  /** Counts text that waits as something the peer has to take first: the owner hears when it has. */
  watch(): void {
    // Nothing, written behind what waits: its callback comes when that is out.
    this.#socket.write('', 'latin1', this.#onWritten)
    this.#block()
  }

  /** Ends our side behind all that was handed over; what waits is watched. */
  end(): void {
    this.flush()
    if (this.blocked || this.isDone) {
      this.#socket.end()
      return
    }
    this.#socket.end(this.#onWritten)
    this.#block()
  }

  #block(): void {
    this.blocked = true
    this.#owner.onWriterProgress()
  }

  /** One function for all writes of a connection: a closure for each would be garbage per request. */
  readonly #onWritten = (): void => {
    if (!this.blocked || this.#socket.destroyed) return
    if (this.#socket.writableLength > 0) {
      this.#owner.onWriterProgress()
      return
    }
    this.blocked = false
    this.#owner.onWriterDrained()
  }
}

/** Whoever writes. */
export interface SocketWriterOwner {
  /** Something was written while more waits: the moment to set a deadline for the rest. */
  onWriterProgress(): void
  /** Everything is out. */
  onWriterDrained(): void
}
