// Hot path: runs for every request.
// A request head (RFC 9112 §3, §5, §6) from its text, in one strict pass. Whatever is ambiguous is refused: nothing that
// another parser could read differently gets past here.
import { readHost } from '../http/authority.ts'
import { FieldKind } from '../http/field-kind.ts'
import { Framing, type RequestHead } from '../http/request-head.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { pathOctet, queryOctet, tokenOctet } from './octets.ts'
import { parseFields } from './parse-fields.ts'
import {
  type ConnectionOptions,
  createConnectionOptions,
  lastsAfter,
  readConnection,
} from './read-connection.ts'
import { readBodyFraming } from './read-framing.ts'

/** Longer targets are refused with 414. */
export const maxTargetLength = 8 * 1024

const SP = 32
const SLASH = 47
const QUESTION = 63

/**
 * Reads `text`, a head up to and including its empty line, one octet per character, into `head`. Returns why it is
 * refused, if it is; `head` is then unusable. `targetBytes`: how long its target may be.
 */
export function parseRequestHead(
  text: string,
  head: RequestHead,
  targetBytes = maxTargetLength,
): MessageError | undefined {
  const previousAuthority = head.authority
  const fieldsStart = text.indexOf('\r\n') + 2
  const error = parseRequestLine(text, fieldsStart - 2, head, targetBytes)
  if (error !== undefined) return error
  head.fields.reset(text)
  return parseFields(head.fields, fieldsStart) ?? readKnownFields(head, previousAuthority)
}

/** `method SP target SP HTTP/1.x`, in exactly this spelling. An authority in the target goes to `head.authority`. */
function parseRequestLine(
  text: string,
  end: number,
  head: RequestHead,
  targetBytes: number,
): MessageError | undefined {
  let position = 0
  let hasLowerCase = false
  for (let code = text.charCodeAt(0); tokenOctet[code] === 1; code = text.charCodeAt(++position))
    if (code >= 97 && code <= 122) hasLowerCase = true
  if (position === 0 || text.charCodeAt(position) !== SP) return messageErrors.startLine
  head.method = text.slice(0, position)
  // Methods are case-sensitive; a `get` that a backend takes for GET would have been decided on as something else (nginx
  // refuses it too).
  if (hasLowerCase) return messageErrors.methodCase
  const targetStart = ++position
  while (pathOctet[text.charCodeAt(position)] === 1 && text.charCodeAt(position) !== QUESTION) position++
  if (text.charCodeAt(position) === QUESTION) while (queryOctet[text.charCodeAt(position)] === 1) position++
  if (position - targetStart > targetBytes) return messageErrors.targetTooLong
  if (text.charCodeAt(position) !== SP) return position < end ? messageErrors.target : messageErrors.startLine
  const versionError = readVersion(text, position + 1, end, head)
  if (versionError !== undefined) return versionError
  return readTarget(text.slice(targetStart, position), head)
}

function readVersion(text: string, start: number, end: number, head: RequestHead): MessageError | undefined {
  if (end - start !== 8 || !text.startsWith('HTTP/', start)) return messageErrors.startLine
  if (!text.startsWith('1.', start + 5))
    return /^[0-9]\.[0-9]$/.test(text.slice(start + 5, end)) ? messageErrors.version : messageErrors.startLine
  head.minorVersion = text.charCodeAt(start + 7) - 48
  if (head.minorVersion !== 0 && head.minorVersion !== 1) return messageErrors.version
  head.version = head.minorVersion === 1 ? '1.1' : '1.0'
  return undefined
}

/** The four forms of RFC 9112 §3.2. */
function readTarget(target: string, head: RequestHead): MessageError | undefined {
  head.authority = ''
  head.target = target
  if (target.charCodeAt(0) === SLASH) return head.method === 'CONNECT' ? messageErrors.startLine : undefined
  if (head.method === 'CONNECT')
    return readHost(target) === undefined ? messageErrors.startLine : messageErrors.connectMethod
  if (target === '*') return head.method === 'OPTIONS' ? undefined : messageErrors.target
  return readAbsoluteTarget(target, head)
}

function readAbsoluteTarget(target: string, head: RequestHead): MessageError | undefined {
  const parts = /^https?:\/\/([^/?]+)(.*)$/i.exec(target)
  if (parts === null) return messageErrors.target
  const [, authority, rest] = parts
  head.authority = authority!
  // The whole server is meant by OPTIONS without a path (RFC 9112 §3.2.4).
  if (rest === '') head.target = head.method === 'OPTIONS' ? '*' : '/'
  else head.target = rest!.startsWith('/') ? rest! : `/${rest}`
  return undefined
}

/** What the known fields say; `previousAuthority` and `head.host` still hold the last request's, as a cache. */
function readKnownFields(head: RequestHead, previousAuthority: string): MessageError | undefined {
  const fields = head.fields
  let hostIndex = -1
  let lengthIndex = -1
  let codingIndex = -1
  let upgradeIndex = -1
  let expectIndex = -1
  head.acceptsTrailers = false
  let connection: ConnectionOptions | undefined
  for (let i = 0; i < fields.count; i++) {
    switch (fields.kind(i)) {
      case FieldKind.host:
        if (hostIndex !== -1) return messageErrors.hostRepeated
        hostIndex = i
        break
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
        if (upgradeIndex === -1) upgradeIndex = i
        break
      case FieldKind.expect:
        // More than one expectation is more than is understood.
        if (expectIndex !== -1 && head.minorVersion === 1) return messageErrors.expectation
        expectIndex = i
        break
      case FieldKind.te:
        if (head.minorVersion === 1 && listsTrailers(fields.value(i))) head.acceptsTrailers = true
        break
    }
  }
  return (
    readHostField(head, hostIndex, previousAuthority) ??
    readBodyFraming(head, lengthIndex, codingIndex, Framing.none) ??
    readHopFields(head, connection, upgradeIndex, expectIndex)
  )
}

/**
 * Whether a TE value names `trailers` (RFC 9110 §10.1.4). It counts also where Connection does not name TE, as many clients
 * leave that out: every HTTP/1.1 recipient reads trailer sections, so nobody between can be confused by one.
 */
function listsTrailers(value: string): boolean {
  return value === 'trailers' || /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i.test(value)
}

/** RFC 9112 §3.2: exactly one valid Host; an absolute target's authority overrides it. */
function readHostField(
  head: RequestHead,
  hostIndex: number,
  previousAuthority: string,
): MessageError | undefined {
  if (hostIndex === -1 && head.minorVersion === 1) return messageErrors.hostMissing
  const hostField = hostIndex === -1 ? '' : head.fields.value(hostIndex)
  const fromTarget = head.authority !== ''
  if (fromTarget && hostIndex !== -1 && readHost(hostField) === undefined) return messageErrors.hostInvalid
  if (!fromTarget) head.authority = hostField
  if (head.authority === '') {
    head.host = ''
    return head.minorVersion === 1 ? messageErrors.hostInvalid : undefined
  }
  // Clients repeat their Host on every request of a connection: validate it once.
  if (head.authority === previousAuthority) return undefined
  const host = readHost(head.authority)
  if (host === undefined) return messageErrors.hostInvalid
  head.host = host
  return undefined
}

function readHopFields(
  head: RequestHead,
  connection: ConnectionOptions | undefined,
  upgradeIndex: number,
  expectIndex: number,
): MessageError | undefined {
  head.keepAlive = lastsAfter(connection, head.minorVersion)
  head.upgrade = ''
  head.expectContinue = false
  if (connection !== undefined) {
    if (connection.namesFraming) return messageErrors.connectionInvalid
    // Upgrade counts only when Connection names it, on HTTP/1.1 (RFC 9110 §7.8).
    if (connection.upgrade && upgradeIndex !== -1 && head.minorVersion === 1) {
      head.upgrade = readUpgrade(head.fields.value(upgradeIndex))
      if (head.upgrade !== '' && head.hasBody) return messageErrors.upgradeWithBody
    }
  }
  if (expectIndex !== -1 && head.minorVersion === 1) {
    if (head.fields.value(expectIndex).toLowerCase() !== '100-continue') return messageErrors.expectation
    head.expectContinue = head.hasBody
  }
  return undefined
}

/**
 * The first protocol offered that is a name and no form of HTTP or TLS: those would change what is spoken on this hop (h2c: RFC
 * 9113 §3.1); '' for none.
 */
function readUpgrade(value: string): string {
  for (const member of value.toLowerCase().split(',')) {
    const protocol = member.trim()
    if (
      !/^(?:h2c|http|tls)(?:\/|$)/.test(protocol) &&
      /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?$/.test(protocol)
    )
      return protocol
  }
  return ''
}
