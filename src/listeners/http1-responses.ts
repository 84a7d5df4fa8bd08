// Hot path: runs for every response.
// The responses of one client connection as HTTP/1.1 writes them: head, framing, body, and whether the connection can be used
// after them. When something is written is for the connection to say.
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing, type RequestHead } from '../http/request-head.ts'
import type { SocketWriter } from '../sockets/socket-writer.ts'
import type { ListenerContext } from './listener-context.ts'

/** Writes responses one after the other; each begins with `begin`. */
export class Http1Responses {
  /** Whether another request may follow the current response. */
  keepAlive = true
  /** Of the current response; 0 before it was written. */
  headBytes = 0
  /** Nothing but the end of the connection says where the current response ends. */
  isUnframed = false
  /** The client waits for 100 Continue before it sends its body. */
  continueDue = false
  readonly #writer: SocketWriter
  readonly #request: RequestHead
  readonly #context: ListenerContext
  #requests = 0
  /** No body is sent, whatever its length is said to be. */
  #bodyless = false

  /** `request` is the head that the current response answers. */
  constructor(writer: SocketWriter, request: RequestHead, context: ListenerContext) {
    this.#writer = writer
    this.#context = context
    this.#request = request
  }

  get headSent(): boolean {
    return this.headBytes !== 0
  }

  /** A request was read. */
  begin(): void {
    const request = this.#request
    this.headBytes = 0
    this.isUnframed = false
    this.keepAlive = request.keepAlive && ++this.#requests < this.#context.maxRequests
    this.continueDue = request.expectContinue
    this.#bodyless = request.method === 'HEAD'
    this.#writer.chunked = false
  }

  /** Asks for the body, if the client waits for that. */
  sendContinue(): void {
    if (!this.continueDue) return
    this.continueDue = false
    if (this.headSent) return
    this.#writer.addText('HTTP/1.1 100 Continue\r\n\r\n')
    this.#writer.flush()
  }

  /** A 1xx other than 100 and 101; HTTP/1.0 has none. */
  sendInterim(status: number, reason: string, lines: string): void {
    if (this.#request.minorVersion === 1) this.#writer.addText(`HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n`)
  }

  sendHead(head: OutgoingHead): void {
    let text = statusLine(head) + head.lines
    if (head.status === 204 || head.status === 304) this.#bodyless = true
    if (head.framing === Framing.length) {
      if (head.status !== 204) text += `Content-Length: ${head.contentLength}\r\n`
    } else if (head.framing !== Framing.none && !this.#bodyless) {
      if (this.#request.minorVersion === 1) {
        this.#writer.chunked = true
        text += 'Transfer-Encoding: chunked\r\n'
      } else {
        this.keepAlive = false
        this.isUnframed = true
      }
    }
    if (!this.keepAlive) text += 'Connection: close\r\n'
    else if (this.#request.minorVersion === 0) text += 'Connection: keep-alive\r\n'
    this.#addHead(`${text}\r\n`)
  }

  /** As `ClientStream.sendBody`. */
  sendBody(piece: Buffer): boolean {
    return this.#bodyless || piece.length === 0 || this.#writer.addBody(piece)
  }

  end(trailers: string): void {
    this.#writer.endBody(this.#request.acceptsTrailers ? trailers : '')
  }

  /** The head of a switch to another protocol; what follows is not HTTP. */
  startTunnel(lines: string): void {
    this.keepAlive = false
    this.#bodyless = false
    this.#addHead(`HTTP/1.1 101 Switching Protocols\r\n${lines}Connection: upgrade\r\n\r\n`)
    this.#writer.flush()
  }

  #addHead(text: string): void {
    this.headBytes = text.length
    this.#writer.addText(text)
  }
}

function statusLine({ status, reason }: OutgoingHead): string {
  // Nearly all are this one; a string of one piece is written faster than one of five.
  return status === 200 && reason === 'OK' ? 'HTTP/1.1 200 OK\r\n' : `HTTP/1.1 ${status} ${reason}\r\n`
}
