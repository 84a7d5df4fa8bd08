// The trailer fields of an HTTP/2 message (RFC 9113 §8.1), held to the rules for those of HTTP/1.1.
import type { MessageError } from '../http1/message-error.ts'
import { messageErrors } from '../http1/message-error.ts'
import { readTrailers as readTrailerSection, type TrailedHead } from '../http1/read-trailers.ts'

/**
 * The lines that may be passed on, '' for none, or why the message is refused. `fields`: names and values in turn. Names with `_`,
 * which metadata of gRPC has, stay where `allowsUnderscores` says so: they confuse backends, and no client.
 */
export function readTrailers(
  fields: readonly string[],
  head: TrailedHead,
  allowsUnderscores = false,
): string | MessageError {
  let text = ''
  for (let i = 0; i < fields.length; i += 2) {
    if (/[\r\n]/.test(fields[i + 1]!)) return messageErrors.trailers
    text += `${fields[i]}: ${fields[i + 1]}\r\n`
  }
  return readTrailerSection(`${text}\r\n`, head, allowsUnderscores)
}
