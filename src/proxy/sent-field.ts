// Fields of a response as its client got them, for logs.
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'

/** The first field of that name, bytes as Latin-1; `undefined` for none. Of the framing, which is the listener's, the length alone. */
export function sentField(
  { lines, framing, contentLength }: OutgoingHead,
  lowerName: string,
): string | undefined {
  if (lowerName === 'content-length') return framing === Framing.length ? String(contentLength) : undefined
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf('\r\n', start)
    const value = start + lowerName.length + 1
    if (lines[value - 1] === ':' && lines.slice(start, value - 1).toLowerCase() === lowerName)
      return lines.slice(value, end).trim()
    start = end + 2
  }
  return undefined
}
