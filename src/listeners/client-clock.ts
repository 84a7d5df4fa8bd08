// Hot path: runs for every request.
// How long a client may take: for its head, its body, its next request, and to read what it was sent.
import type { Deadlined } from '../sockets/deadlines.ts'
import type { SocketWriter } from '../sockets/socket-writer.ts'
import type { ListenerContext } from './listener-context.ts'
import { minBodyProgressBytes } from './receiving.ts'

/** The one time that runs on a connection. While the client has to read first, it is the time for that. */
export class ClientClock implements Deadlined {
  deadline: number
  readonly onDeadline: () => void
  readonly #context: ListenerContext
  readonly #writer: SocketWriter
  #headBegun = false
  /** Bytes of the body since its time was set. */
  #bodyProgress = 0

  /** The time for the first head runs from now on. */
  constructor(context: ListenerContext, writer: SocketWriter, onDeadline: () => void) {
    this.#context = context
    this.#writer = writer
    this.onDeadline = onDeadline
    this.deadline = context.deadlines.after(context.timeouts.headMs)
    context.deadlines.add(this)
  }

  /** Time for what the client is to do next; `Infinity` when it is not its turn. */
  allow(ms: number): void {
    if (!this.#writer.blocked) this.deadline = this.#context.deadlines.after(ms)
  }

  /** Part of a head is here. Its time starts with its first byte; a byte now and then does not move it. */
  allowRestOfHead(): void {
    if (this.#headBegun) return
    this.#headBegun = true
    this.allow(this.#context.timeouts.headMs)
  }

  endHead(): void {
    this.#headBegun = false
    this.deadline = Infinity
  }

  /** Time in which the body has to come on by a kilobyte, or to its end. */
  allowBody(): void {
    this.#bodyProgress = 0
    this.allow(this.#context.timeouts.bodyIdleMs)
  }

  noteBody(bytes: number): void {
    this.#bodyProgress += bytes
    if (this.#bodyProgress >= minBodyProgressBytes) this.allowBody()
  }

  /** The client falls behind: time to take something of what it was sent. */
  awaitReader(): void {
    this.deadline = this.#context.deadlines.after(this.#context.timeouts.writeIdleMs)
  }

  stop(): void {
    this.#context.deadlines.delete(this)
  }
}
