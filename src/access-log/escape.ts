// Hot path while there is an access log. Values of requests on their way into lines: none of them can end a line, or forge a
// part of one. Texts are bytes as Latin-1, as they came over the wire.
import { isUtf8 } from 'node:buffer'

/** nginx's default: quotes, backslashes and whatever is not printable ASCII become `\xHH`. */
export function escapeNginx(text: string): string {
  if (!/["\\\x00-\x1f\x7f-\xff]/.test(text)) return text
  return text.replace(/["\\\x00-\x1f\x7f-\xff]/g, escapedByte)
}

/** As they are, but for control characters. */
export function escapeControls(text: string): string {
  if (!/[\x00-\x1f\x7f-\xff]/.test(text)) return text
  return text.replace(/[\x00-\x1f\x7f]|\xc2[\x80-\x9f]/g, control =>
    Array.from(control, escapedByte).join(''),
  )
}

/** For JSON strings. Bytes that are no UTF-8 become the characters of Latin-1, so that the line is JSON whatever was sent. */
export function escapeJson(text: string): string {
  if (!/["\\\x00-\x1f\x7f-\xff]/.test(text)) return text
  // Control characters of Unicode (U+0080 to U+009F) command terminals, too.
  if (isUtf8(Buffer.from(text, 'latin1')))
    return text.replace(/["\\\x00-\x1f\x7f]|\xc2[\x80-\x9f]/g, escapedInJson)
  return text.replace(/["\\\x00-\x1f\x7f-\xff]/g, escapedInJson)
}

/** Text of ours (UTF-16) as a JSON string in such a line, quotes included. */
export function jsonText(text: string): string {
  return JSON.stringify(Buffer.from(text, 'utf8').toString('latin1'))
}

/** For people: what is not printable ASCII becomes a question mark. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\xff]/g, '?')
}

const namedInJson: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A byte, or the two bytes of a control character beyond ASCII, whose second one is its number. */
function escapedInJson(match: string): string {
  return namedInJson[match] ?? `\\u00${hex(match.at(-1)!)}`
}

function escapedByte(byte: string): string {
  return `\\x${hex(byte)}`
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
}
