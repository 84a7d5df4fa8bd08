// The first bytes of a connection, looked at before anybody else gets them: PROXY headers and ClientHellos. Only where the
// configuration asks for it; all other connections never come here.
import type { Socket } from 'node:net'
import type { Deadlined } from '../sockets/deadlines.ts'
import type { ListenerContext } from './listener-context.ts'

/** What a reader makes of the bytes so far: wait for more, give up, or a value and how many bytes it took. */
export type PrefaceReading<T> =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'read'; readonly value: T; readonly size: number }

/**
 * Reads until `read` has made something of the first bytes and puts back what it did not take; then `done` is called, and
 * the socket is as if nobody had read it. A connection that is cut, too slow or invalid is closed, and `done` never called.
 */
export function readPreface<T>(
  socket: Socket,
  context: ListenerContext,
  timeoutMs: number,
  read: (bytes: Buffer) => PrefaceReading<T>,
  done: (value: T) => void,
): void {
  new Preface(socket, context, timeoutMs, read, done)
}

class Preface<T> implements Deadlined {
  deadline: number
  readonly #socket: Socket
  readonly #context: ListenerContext
  readonly #read: (bytes: Buffer) => PrefaceReading<T>
  readonly #done: (value: T) => void
  #bytes: Buffer = Buffer.alloc(0)

  constructor(
    socket: Socket,
    context: ListenerContext,
    timeoutMs: number,
    read: (bytes: Buffer) => PrefaceReading<T>,
    done: (value: T) => void,
  ) {
    this.#socket = socket
    this.#context = context
    this.#read = read
    this.#done = done
    this.deadline = context.deadlines.after(timeoutMs)
    context.deadlines.add(this)
    context.connections.add(this)
    socket
      .on('readable', this.#onReadable)
      .on('end', this.#onOver)
      .on('error', this.#onOver)
      .on('close', this.#onOver)
  }

  readonly #onReadable = (): void => {
    const chunk = this.#socket.read() as Buffer | null
    if (chunk === null) return
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const reading = this.#read(this.#bytes)
    if (reading.kind === 'incomplete') return
    if (reading.kind === 'invalid') return this.#onOver()
    this.#leave()
    if (reading.size < this.#bytes.length) this.#socket.unshift(this.#bytes.subarray(reading.size))
    this.#done(reading.value)
  }

  readonly #onOver = (): void => {
    this.#leave()
    this.#socket.destroy()
  }

  #leave(): void {
    this.#context.deadlines.delete(this)
    this.#context.connections.delete(this)
    this.#socket
      .off('readable', this.#onReadable)
      .off('end', this.#onOver)
      .off('error', this.#onOver)
      .off('close', this.#onOver)
  }

  onDeadline(): void {
    this.#onOver()
  }

  /** Nothing was asked yet, so nobody is owed an answer. */
  drain(): void {
    this.#onOver()
  }

  destroy(): void {
    this.#onOver()
  }
}
