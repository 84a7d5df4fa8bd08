// Hot path: runs for every response.
// A response head (RFC 9112 §4, §6.3) from its text, as strictly as a request's: a backend may be hostile too.
import { FieldKind } from '../http/field-kind.ts'
import { reasonPhrase } from '../http/reason-phrases.ts'
import { Framing } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { valueOctet } from './octets.ts'
import { parseFields } from './parse-fields.ts'
import {
  type ConnectionOptions,
  createConnectionOptions,
  lastsAfter,
  readConnection,
} from './read-connection.ts'
import { readBodyFraming } from './read-framing.ts'

const NUL = 0
const LF = 10
const CR = 13
const SP = 32

/**
 * Reads `text`, a head up to and including its empty line, into `head`, for an answer to `method`. Returns why it can
 * not be trusted, if so.
 */
export function parseResponseHead(
  text: string,
  head: ResponseHead,
  method: string,
): MessageError | undefined {
  const fieldsStart = text.indexOf('\r\n') + 2
  const error = parseStatusLine(text, fieldsStart - 2, head)
  if (error !== undefined) return error
  head.fields.reset(text)
  return parseFields(head.fields, fieldsStart) ?? readKnownFields(head, method)
}

/** `HTTP/1.x SP 3DIGIT [SP reason]`; the blank before an empty reason may be missing, as many servers leave it out. */
function parseStatusLine(text: string, end: number, head: ResponseHead): MessageError | undefined {
  const minor = text.charCodeAt(7) - 48
  if (!text.startsWith('HTTP/1.') || (minor !== 0 && minor !== 1) || text.charCodeAt(8) !== SP)
    return messageErrors.statusLine
  const status =
    (text.charCodeAt(9) - 48) * 100 + (text.charCodeAt(10) - 48) * 10 + (text.charCodeAt(11) - 48)
  if (!isThreeDigits(text) || status < 100 || status > 599) return messageErrors.statusLine
  if (end > 12 && text.charCodeAt(12) !== SP) return messageErrors.statusLine
  let isReasonClean = true
  for (let i = 13; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === CR || code === LF || code === NUL) return messageErrors.statusLine
    if (valueOctet[code] !== 1) isReasonClean = false
  }
  head.minorVersion = minor
  head.version = minor === 1 ? '1.1' : '1.0'
  head.status = status
  // A reason decides nothing (RFC 9112 §4): one that may not be passed on is replaced.
  head.reason = isReasonClean ? text.slice(13, end) : reasonPhrase(status)
  return undefined
}

function isThreeDigits(text: string): boolean {
  for (let i = 9; i < 12; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return true
}

function readKnownFields(head: ResponseHead, method: string): MessageError | undefined {
  const fields = head.fields
  let lengthIndex = -1
  let codingIndex = -1
  let upgradeIndex = -1
  let connection: ConnectionOptions | undefined
  head.keepAliveSeconds = -1
  for (let i = 0; i < fields.count; i++) {
    switch (fields.kind(i)) {
      case FieldKind.contentLength:
        if (lengthIndex !== -1) return messageErrors.lengthInvalid
        lengthIndex = i
        break
      case FieldKind.transferEncoding:
        if (codingIndex !== -1) return messageErrors.codingInvalid
        codingIndex = i
        break
      case FieldKind.connection:
        connection ??= createConnectionOptions()
        readConnection(fields.value(i), connection, fields)
        break
      case FieldKind.upgrade:
        upgradeIndex = i
        break
      case FieldKind.hopByHop:
        if (fields.name(i).toLowerCase() === 'keep-alive') readKeepAliveHint(head, fields.value(i))
        break
    }
  }
  if (connection?.namesFraming === true) return messageErrors.connectionInvalid
  head.keepAlive = lastsAfter(connection, head.minorVersion)
  head.upgrade =
    head.status === 101 && connection?.upgrade === true && upgradeIndex !== -1
      ? fields.value(upgradeIndex).toLowerCase()
      : ''
  return readResponseFraming(head, method, lengthIndex, codingIndex)
}

/** RFC 9112 §6.3 without its lenient branches; then the responses that have no body whatever their fields say. */
function readResponseFraming(
  head: ResponseHead,
  method: string,
  lengthIndex: number,
  codingIndex: number,
): MessageError | undefined {
  const error = readBodyFraming(head, lengthIndex, codingIndex, Framing.untilClose)
  if (error !== undefined) return error
  const { status } = head
  const announcesBody = head.framing === Framing.chunked || head.contentLength > 0
  if (status < 200 && announcesBody) return messageErrors.interimBody
  const isBodyless = method === 'HEAD' || status === 204 || status === 304
  // Whoever sends a body all the same may do so late, when the next request is out already. After HEAD nobody can tell.
  if (method === 'HEAD' || (isBodyless && announcesBody)) head.keepAlive = false
  if (status < 200 || status === 204) {
    head.framing = Framing.none
    head.contentLength = 0
  } else if (isBodyless && head.framing !== Framing.length) {
    // Without a body the framing fields only tell what a GET would have had; a length is passed on as information.
    head.framing = Framing.none
  }
  return undefined
}

function readKeepAliveHint(head: ResponseHead, value: string): void {
  const hint = /(?:^|[,\s])timeout=([0-9]{1,6})(?:$|[,\s])/i.exec(value)
  if (hint !== null) head.keepAliveSeconds = Number(hint[1])
}
