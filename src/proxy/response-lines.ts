// Hot path: runs for every response.
// The fields of a backend's response as a client gets them: without those of this hop, with a Date and a Server if there
// was none. Framing is the listener's.
import { FieldKind } from '../http/field-kind.ts'
import type { FieldLines } from '../http/field-lines.ts'
import { Framing } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { editedLines } from './edited-lines.ts'
import type { RequestState } from './request-state.ts'

/** Field lines for `OutgoingHead.lines`. */
export function renderResponseLines(head: ResponseHead, request: RequestState): string {
  const { text, count } = head.fields
  // Trailer announces what only chunks can carry, to a client that takes it.
  const trailersPass = head.framing === Framing.chunked && request.stream.head.acceptsTrailers
  let lines = ''
  let start = -1
  let hasDate = false
  let hasServer = false
  for (let i = 0; i < count; i++) {
    const kind = head.fields.kind(i)
    if (kind === FieldKind.date) hasDate = true
    else if (kind === FieldKind.server) hasServer = true
    if (!isHopByHop(kind) || (kind === FieldKind.trailer && trailersPass)) {
      if (start === -1) start = head.fields.lineStart(i)
    } else if (start !== -1) {
      lines += text.slice(start, head.fields.lineStart(i))
      start = -1
    }
  }
  if (start !== -1) lines += text.slice(start, head.fields.lineEnd(count - 1))
  if (!hasDate) lines += `Date: ${request.proxy.httpDate.text}\r\n`
  if (!hasServer) lines += 'Server: portico\r\n'
  const { via } = request.proxy
  if (via !== '') lines += `Via: ${head.version} ${via}\r\n`
  return editedLines(request, head.status, false, lines)
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
