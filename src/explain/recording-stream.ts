// The client's side of a request that nobody sends: keeps what the client would be told.
import type { ClientStream, ConnectionFacts, OutgoingHead } from '../http/client-stream.ts'
import type { RequestHead } from '../http/request-head.ts'

/** A response that would be sent. */
export interface RecordedResponse {
  readonly head: OutgoingHead
  readonly body: string
}

/** Takes a response and keeps it. */
export class RecordingStream implements ClientStream {
  readonly head: RequestHead
  readonly connection: ConnectionFacts
  readonly bodyAtHand = false
  readonly headBytesSent = 0
  #head: OutgoingHead | undefined
  #body = ''

  constructor(head: RequestHead, connection: ConnectionFacts) {
    this.head = head
    this.connection = connection
  }

  /** `undefined` while there is none. */
  get response(): RecordedResponse | undefined {
    return this.#head && { head: this.#head, body: this.#body }
  }

  sendHead(head: OutgoingHead): void {
    this.#head = head
  }
  sendBody(chunk: Buffer): boolean {
    this.#body += chunk.toString('utf8')
    return true
  }
  sendInterim(): void {}
  end(): void {}
  flush(): void {}
  abort(): void {}
  wantBody(): void {}
  pauseBody(): void {}
  resumeBody(): void {}
  startTunnel(): void {}
}
