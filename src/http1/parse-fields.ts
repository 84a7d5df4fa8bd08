// Hot path: runs for every message.
// The field lines of a head (RFC 9112 §5), strictly: token names, no blank before the colon, no folding, CRLF only.
import { FieldKind, fieldKindOf } from '../http/field-kind.ts'
import type { FieldLines } from '../http/field-lines.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { tokenOctet, valueOctet } from './octets.ts'

/** More fields than this in one message are refused with 431. */
const maxFields = 100

const CR = 13
const LF = 10
const SP = 32
const HTAB = 9
const COLON = 58
const UNDERSCORE = 95

/**
 * Reads lines from `start` up to the empty line that ends `fields.text`, or says why it can not. Blanks around a value are no
 * part of it (RFC 9112 §5.1): where there are more than the usual one they are taken out of the text.
 */
export function parseFields(fields: FieldLines, start: number): MessageError | undefined {
  const text = fields.text
  const end = text.length - 2
  let position = start
  let isTidy = true
  while (position < end) {
    if (fields.count === maxFields) return messageErrors.tooManyFields
    const nameStart = position
    let underscore = false
    for (;;) {
      const code = text.charCodeAt(position)
      if (tokenOctet[code] !== 1) break
      if (code === UNDERSCORE) underscore = true
      position++
    }
    if (position === nameStart || text.charCodeAt(position) !== COLON)
      return nameError(text, nameStart, position)
    const nameEnd = position++
    while (isBlank(text.charCodeAt(position))) position++
    const valueStart = position
    while (valueOctet[text.charCodeAt(position)] === 1) position++
    if (text.charCodeAt(position) !== CR) return valueError(text, position)
    if (text.charCodeAt(position + 1) !== LF) return messageErrors.lineEnd
    let valueEnd = position
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--
    if (valueEnd !== position || valueStart > nameEnd + 2 || text.charCodeAt(nameEnd + 1) === HTAB)
      isTidy = false
    position += 2
    const kind = underscore ? FieldKind.underscore : fieldKindOf(text, nameStart, nameEnd)
    fields.add(nameStart, nameEnd, valueStart, valueEnd, position, kind)
  }
  if (position !== end) return messageErrors.lineEnd
  return isTidy ? undefined : parseTidied(fields, start)
}

/** Lines are passed on as ranges of the text, so it is the text that is put right; next to nobody sends such lines. */
function parseTidied(fields: FieldLines, start: number): MessageError | undefined {
  let text = fields.text.slice(0, start)
  for (let i = 0; i < fields.count; i++) text += `${fields.name(i)}: ${fields.value(i)}\r\n`
  fields.reset(`${text}\r\n`)
  return parseFields(fields, start)
}

function isBlank(code: number): boolean {
  return code === SP || code === HTAB
}

function nameError(text: string, nameStart: number, position: number): MessageError {
  if (position === nameStart && isBlank(text.charCodeAt(position))) return messageErrors.folded
  return messageErrors.fieldName
}

function valueError(text: string, position: number): MessageError {
  return text.charCodeAt(position) === LF ? messageErrors.lineEnd : messageErrors.fieldValue
}
