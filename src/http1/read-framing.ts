// Hot path: runs for every message with a body.
// Content-Length and Transfer-Encoding (RFC 9112 §6): exactly one of them, in exactly one spelling, or a refusal.
import { equalsIgnoringCase } from '../http/field-kind.ts'
import type { FieldLines } from '../http/field-lines.ts'
import { Framing } from '../http/request-head.ts'
import { type MessageError, messageErrors } from './message-error.ts'

/** The number of a Content-Length value: digits only, at most 2^53-1. */
function readContentLength(value: string): number | MessageError {
  if (value.length === 0) return messageErrors.lengthInvalid
  let length = 0
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return messageErrors.lengthInvalid
    length = length * 10 + digit
  }
  return length <= Number.MAX_SAFE_INTEGER ? length : messageErrors.lengthTooLarge
}

/** `undefined` when a Transfer-Encoding value is the single coding `chunked`. */
function checkTransferEncoding(value: string): MessageError | undefined {
  if (value.length === 7 && equalsIgnoringCase(value, 0, 'chunked')) return undefined
  const isUnknownCoding = /^[\w!#$%&'*+.^`|~-]+$/.test(value) && value.toLowerCase() !== 'identity'
  return isUnknownCoding ? messageErrors.codingUnknown : messageErrors.codingInvalid
}

/** The head of either kind of message. */
interface FramedHead {
  readonly fields: FieldLines
  readonly minorVersion: number
  framing: Framing
  contentLength: number
}

/**
 * Sets a head's framing from its Content-Length and Transfer-Encoding lines (index -1: it has none); `unframed` is what
 * holds without either. Says why the message is refused, if it is.
 */
export function readBodyFraming(
  head: FramedHead,
  lengthIndex: number,
  codingIndex: number,
  unframed: Framing,
): MessageError | undefined {
  head.framing = unframed
  head.contentLength = 0
  if (codingIndex !== -1) {
    if (lengthIndex !== -1) return messageErrors.bothFramings
    if (head.minorVersion === 0) return messageErrors.codingInHttp10
    const error = checkTransferEncoding(head.fields.value(codingIndex))
    if (error !== undefined) return error
    head.framing = Framing.chunked
  } else if (lengthIndex !== -1) {
    const length = readContentLength(head.fields.value(lengthIndex))
    if (typeof length !== 'number') return length
    head.framing = Framing.length
    head.contentLength = length
  }
  return undefined
}
