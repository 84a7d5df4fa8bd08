// One client's stream of events (Server-Sent Events). Who does not read in time is cut off: nothing piles up here.
import type { ServerResponse } from 'node:http'
import type { ApiEvents } from '../api/live-types.ts'

/** What may wait for a client; figures of a second are some kilobytes. */
const mostWaitingBytes = 1024 * 1024
/** Proxies in between close connections on which nothing is said. */
const heartbeatMs = 15_000
/** How long browsers wait before they come again. */
const retryMs = 2_000

/** An open stream; must be closed, unless its client goes first. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #heartbeat: NodeJS.Timeout
  #lastId = 0

  /** Begins the answer. `onClose` is called once, whoever ends the stream. */
  constructor(response: ServerResponse, onClose: () => void) {
    this.#response = response
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // nginx in between would collect events otherwise.
      'x-accel-buffering': 'no',
    })
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), heartbeatMs).unref()
    response.once('close', () => {
      clearInterval(this.#heartbeat)
      onClose()
    })
    this.#write(`retry: ${retryMs}\n\n`)
  }

  send<Name extends keyof ApiEvents>(name: Name, data: ApiEvents[Name]): void {
    this.sendText(name, JSON.stringify(data))
  }

  /** As `send`, for what is told to many: `data` is JSON. */
  sendText(name: keyof ApiEvents, data: string): void {
    this.#write(`id: ${++this.#lastId}\nevent: ${name}\ndata: ${data}\n\n`)
  }

  close(): void {
    this.#response.end()
  }

  #write(text: string): void {
    const response = this.#response
    if (response.destroyed || response.writableEnded) return
    if (response.writableLength > mostWaitingBytes) return void response.destroy()
    response.write(text)
  }
}
