// Hot path: runs for every request.
// The bytes of a client connection as requests: heads one after the other, each followed by its body.
import { RequestHead } from '../http/request-head.ts'
import { findHeadEnd, hasBareLineEnd } from './find-head-end.ts'
import { defaultHeadLimits, type HeadLimits } from './head-limits.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { MessageReader } from './message-reader.ts'
import { tokenOctet } from './octets.ts'
import { parseRequestHead } from './parse-request-head.ts'

const maxEmptyLines = 16
/** What looks like a head of the preface that clients of HTTP/2 send. */
const prefaceHead = Buffer.from('PRI * HTTP/2.0\r\n\r\n')
const CR = 13
const LF = 10

/** Reads requests from whatever pieces their bytes come in. */
export class RequestReader extends MessageReader {
  /** The last head read. */
  readonly head: RequestHead
  readonly #limited: { readonly headLimits: HeadLimits }
  #emptyLines = 0

  /** The limits of `limited` are looked at for each head anew. */
  constructor(limited = { headLimits: defaultHeadLimits }) {
    const head = new RequestHead()
    super(head)
    this.head = head
    this.#limited = limited
  }

  /** `true`: `head` is the next request's. `false`: more bytes are needed. Otherwise why it is refused. */
  readHead(): boolean | MessageError {
    // Empty lines before a request line are skipped (RFC 9112 §2.2), a few of them.
    while (this.#isAtEmptyLine()) {
      this.position += 2
      if (++this.#emptyLines > maxEmptyLines) return messageErrors.startLine
    }
    if (!this.hasUnread) return false
    const start = this.position
    const end = findHeadEnd(this.bytes, start, this.end)
    const { headBytes, targetBytes } = this.#limited.headLimits
    if (end === -1 || end - start > headBytes) return this.#findLastingFault(this.end) ?? false
    const error = parseRequestHead(this.bytes.latin1Slice(start, end), this.head, targetBytes)
    // What a client is told must not depend on how its bytes were cut.
    if (error !== undefined) return this.#findLastingFault(end) ?? error
    this.position = end
    this.#emptyLines = 0
    this.body.start(this.head.framing, this.head.contentLength)
    return true
  }

  #isAtEmptyLine(): boolean {
    const [input, position] = [this.bytes, this.position]
    return input[position] === CR && input[position + 1] === LF && position + 1 < this.end
  }

  /** What can be said against a head before it is whole: from `end` on nothing is known yet. */
  #findLastingFault(end: number): MessageError | undefined {
    const [input, start] = [this.bytes, this.position]
    const { headBytes, targetBytes } = this.#limited.headLimits
    // A handshake that meant the HTTPS port, or anything else that is not a method: no need to wait for its end.
    if (tokenOctet[input[start]!] !== 1 && input[start] !== CR) return messageErrors.startLine
    if (hasBareLineEnd(input, start, Math.min(end, start + headBytes))) return messageErrors.lineEnd
    if (end - start <= headBytes) return undefined
    const lineEnd = input.indexOf(CR, start)
    const isInTarget = lineEnd === -1 || lineEnd >= end || lineEnd - start > targetBytes
    return isInTarget ? messageErrors.targetTooLong : messageErrors.headTooLarge
  }

  /** After a refusal: all there is, if it is no request but how HTTP/2 begins (RFC 9113 §3.4), and nothing came before it. */
  takePreface(): Buffer | undefined {
    if (this.#emptyLines > 0 || this.head.target !== '' || !this.unread().subarray(0, 18).equals(prefaceHead))
      return undefined
    const bytes = Buffer.from(this.unread())
    this.drop()
    return bytes
  }

  get isTunnel(): boolean {
    return this.bodyEndsOnClose
  }
}
