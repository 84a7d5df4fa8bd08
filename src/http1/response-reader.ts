// Hot path: runs for every response.
// The bytes of a backend connection as responses: interim heads, then the final one and its body.
import { Framing } from '../http/request-head.ts'
import { ResponseHead } from '../http/response-head.ts'
import { findHeadEnd, hasBareLineEnd, maxHeadBytes } from './find-head-end.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { MessageReader } from './message-reader.ts'
import { parseResponseHead } from './parse-response-head.ts'

/** More 1xx than this before a final response are refused: they could go on for ever. */
const maxInterimResponses = 16

/** Reads responses from whatever pieces their bytes come in. */
export class ResponseReader extends MessageReader {
  /** The last head read; a 1xx is followed by another. */
  readonly head: ResponseHead
  #method = ''
  #interimResponses = 0

  constructor() {
    const head = new ResponseHead()
    super(head)
    this.head = head
  }

  /** What is read from here on answers a request of this method. */
  expect(method: string): void {
    this.#method = method
    this.#interimResponses = 0
  }

  /** `true`: `head` is the next one, interim or final. `false`: more bytes are needed. Otherwise why it can not be trusted. */
  readHead(): boolean | MessageError {
    if (!this.hasUnread) return false
    const { bytes, position, end } = this
    const headEnd = findHeadEnd(bytes, position, end)
    if (headEnd === -1 || headEnd - position > maxHeadBytes) {
      if (end - position > maxHeadBytes) return messageErrors.headTooLarge
      return hasBareLineEnd(bytes, position, end) ? messageErrors.lineEnd : false
    }
    this.position = headEnd
    const error = parseResponseHead(bytes.latin1Slice(position, headEnd), this.head, this.#method)
    if (error !== undefined) return error
    const { status, framing, contentLength } = this.head
    if (status < 200 && ++this.#interimResponses > maxInterimResponses) return messageErrors.interimResponses
    // What a length says of a body that is not sent is information only (RFC 9110 §8.6).
    const isBodyless = this.#method === 'HEAD' || status === 304
    this.body.start(isBodyless ? Framing.none : framing, contentLength)
    return true
  }
}
