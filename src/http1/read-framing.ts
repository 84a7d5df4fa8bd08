// Hot path: runs for every message with a body.
// Content-Length and Transfer-Encoding (RFC 9112 §6): exactly one of them, in exactly one spelling, or a refusal.
import { equalsIgnoringCase } from '../http/field-kind.ts'
import { type MessageError, messageErrors } from './message-error.ts'

/** The number of a Content-Length value: digits only, at most 2^53-1. */
export function readContentLength(value: string): number | MessageError {
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
export function checkTransferEncoding(value: string): MessageError | undefined {
  if (value.length === 7 && equalsIgnoringCase(value, 0, 'chunked')) return undefined
  const names = value.toLowerCase().split(',')
  const isUnknownCoding = names.length === 1 && /^[a-z]+$/.test(value.toLowerCase()) && value !== 'identity'
  return isUnknownCoding ? messageErrors.codingUnknown : messageErrors.codingInvalid
}
