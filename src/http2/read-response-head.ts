// Hot path: runs for every response of a backend that is spoken to in HTTP/2.
// A response head of HTTP/2 (RFC 9113 §8.3.2). It is written down as HTTP/1.1 would say it and then read by the strict parser of
// that version: one grammar holds for both, and a client in HTTP/1.1 is sent nothing that it would read differently.
import { reasonPhrase } from '../http/reason-phrases.ts'
import { Framing } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { type MessageError, messageErrors } from '../http1/message-error.ts'
import { parseResponseHead } from '../http1/parse-response-head.ts'

/**
 * Reads names and values in turn, as nghttp2 let them through, into `head`, for an answer to `method`. `bodyFollows`: the head
 * did not end the stream. Returns why the response can not be trusted, if so.
 */
export function readResponseHead(
  fields: readonly string[],
  bodyFollows: boolean,
  head: ResponseHead,
  method: string,
): MessageError | undefined {
  if (fields[0] !== ':status') return messageErrors.statusLine
  let text = `HTTP/1.1 ${fields[1]} \r\n`
  for (let i = 2; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`
  const error = parseResponseHead(`${text}\r\n`, head, method)
  if (error !== undefined) return error
  // nghttp2 lets no line end through; if it did, a field would have become two.
  if (head.fields.count !== fields.length / 2 - 1) return messageErrors.fieldValue
  // There is no other protocol to switch to, and no coding but the frames.
  if (head.status === 101) return messageErrors.statusLine
  if (head.framing === Framing.chunked) return messageErrors.codingInvalid
  head.version = '2.0'
  head.reason = reasonPhrase(head.status)
  if (head.framing === Framing.untilClose) {
    head.framing = bodyFollows ? Framing.chunked : Framing.length
    head.contentLength = 0
  }
  return undefined
}
