// Hot path: runs for messages with a Connection field.
// The Connection field (RFC 9110 §7.6.1): what it says of this hop, and which other fields concern only this hop.
import type { FieldLines } from '../http/field-lines.ts'

/** What all Connection fields of a message said together. */
export interface ConnectionOptions {
  close: boolean
  keepAlive: boolean
  upgrade: boolean
  /** It named Content-Length, Transfer-Encoding or Host, which nobody may strip. */
  namesFraming: boolean
}

/** Nothing said yet. */
export function createConnectionOptions(): ConnectionOptions {
  return { close: false, keepAlive: false, upgrade: false, namesFraming: false }
}

/** Whether a connection outlasts a message that said this, or nothing, of it (RFC 9112 §9.3). */
export function lastsAfter(connection: ConnectionOptions | undefined, minorVersion: number): boolean {
  if (connection === undefined) return minorVersion === 1
  return !connection.close && (minorVersion === 1 || connection.keepAlive)
}

/** Meant for every recipient: naming one of them does not keep it from the next (RFC 9110 §7.6.1, last paragraphs). */
const endToEndNames: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-type',
  'forwarded',
  'set-cookie',
  'via',
])

/** Adds the options of one Connection value; fields it names are marked hop-by-hop. */
export function readConnection(value: string, options: ConnectionOptions, fields: FieldLines): void {
  // What nearly every message says that says anything; splitting it would make an array and two strings for nothing.
  if (value === 'keep-alive') {
    options.keepAlive = true
    return
  }
  for (const part of value.split(',')) {
    const option = part.trim().toLowerCase()
    if (option === 'close') options.close = true
    else if (option === 'keep-alive') options.keepAlive = true
    else if (option === 'upgrade') options.upgrade = true
    else if (option === 'content-length' || option === 'transfer-encoding' || option === 'host')
      options.namesFraming = true
    else if (option !== '' && !endToEndNames.has(option)) fields.markHopByHop(option)
  }
}
