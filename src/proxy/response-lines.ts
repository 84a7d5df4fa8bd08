// Hot path: runs for every response.
// The fields of a backend's response as a client gets them: without those of this hop, with a Date and a Server if there
// was none. Framing is the listener's.
import { FieldKind } from '../http/field-kind.ts'
import type { FieldLines } from '../http/field-lines.ts'
import type { HttpDate } from './http-date.ts'

/** Field lines for `OutgoingHead.lines`. */
export function renderResponseLines(fields: FieldLines, httpDate: HttpDate): string {
  const { text, count } = fields
  let lines = ''
  let start = -1
  let hasDate = false
  let hasServer = false
  for (let i = 0; i < count; i++) {
    const kind = fields.kind(i)
    if (kind === FieldKind.date) hasDate = true
    else if (kind === FieldKind.server) hasServer = true
    if (!isHopByHop(kind)) {
      if (start === -1) start = fields.lineStart(i)
    } else if (start !== -1) {
      lines += text.slice(start, fields.lineStart(i))
      start = -1
    }
  }
  if (start !== -1) lines += text.slice(start, fields.lineEnd(count - 1))
  if (!hasDate) lines += `Date: ${httpDate.text}\r\n`
  return hasServer ? lines : `${lines}Server: portico\r\n`
}

/** The lines of a 1xx: as they are, without those of this hop. */
export function renderInterimLines(fields: FieldLines): string {
  let lines = ''
  for (let i = 0; i < fields.count; i++) {
    if (!isHopByHop(fields.kind(i))) lines += fields.text.slice(fields.lineStart(i), fields.lineEnd(i))
  }
  return lines
}

function isHopByHop(kind: FieldKind): boolean {
  switch (kind) {
    case FieldKind.connection:
    case FieldKind.contentLength:
    case FieldKind.transferEncoding:
    case FieldKind.upgrade:
    case FieldKind.te:
    case FieldKind.trailer:
    case FieldKind.hopByHop:
      return true
    default:
      return false
  }
}
