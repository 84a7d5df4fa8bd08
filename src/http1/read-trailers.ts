// The trailer section of a chunked message (RFC 9112 §7.1.2), held to the same grammar as its head. Runs only for messages
// that have trailer fields.
import { FieldKind } from '../http/field-kind.ts'
import { FieldLines } from '../http/field-lines.ts'
import { passingTrailers } from '../http/passing-trailers.ts'
import { type MessageError, messageErrors } from './message-error.ts'
import { parseFields } from './parse-fields.ts'
import { createConnectionOptions, readConnection } from './read-connection.ts'

/** What a trailer section has to know of the head it belongs to, and may change about it. */
export interface TrailedHead {
  readonly fields: FieldLines
  keepAlive: boolean
}

/**
 * The lines of a trailer section that may be passed on, '' for none, or why the message is refused. `text` is the section
 * up to and including its empty line. Fields that the head's Connection names concern this hop only; a Connection field
 * among the trailers has no meaning there, so a peer that sends one is not asked again on this connection. Names with `_` are
 * dropped unless `allowsUnderscores`.
 */
export function readTrailers(
  text: string,
  head: TrailedHead,
  allowsUnderscores = false,
): string | MessageError {
  const trailers = new FieldLines()
  trailers.reset(text)
  if (parseFields(trailers, 0) !== undefined) return messageErrors.trailers
  for (let i = 0; i < trailers.count; i++) {
    const kind = trailers.kind(i)
    // Whoever lets trailers overrule the head would find another end of the message (RFC 9110 §6.5.1).
    if (kind === FieldKind.contentLength || kind === FieldKind.transferEncoding)
      return messageErrors.framingInTrailers
    if (kind === FieldKind.connection) head.keepAlive = false
  }
  markNamedByConnection(trailers, head.fields)
  return passingTrailers(trailers, allowsUnderscores)
}

function markNamedByConnection(trailers: FieldLines, fields: FieldLines): void {
  const options = createConnectionOptions()
  for (
    let i = fields.findKind(FieldKind.connection);
    i !== -1;
    i = fields.findKind(FieldKind.connection, i + 1)
  )
    readConnection(fields.value(i), options, trailers)
}
