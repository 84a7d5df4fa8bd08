// Hot path: runs for every request.
// The forwarded fields, as ingress-nginx states them.
import type { ConnectionFacts } from '../http/client-stream.ts'
import { clientOf, type ResolvedClient } from '../policies/clients/forwarded-headers.ts'

/**
 * Renders the lines that say the same in all requests of a connection once for each authority its requests name in a row:
 * joining them anew took 0.2 µs of 15.
 */
export class ForwardedLines {
  #authority: string | undefined
  #lines = ''

  /** Lines of Latin-1 text. `connection` has to be the same in all calls. */
  of(connection: ConnectionFacts, authority: string): string {
    if (authority !== this.#authority) {
      this.#authority = authority
      const lines = renderForwarded(clientOf(connection, authority, ''))
      // A string that was concatenated stays a tree of its parts; read from a buffer it is one piece, copied in one go.
      this.#lines = Buffer.from(lines, 'latin1').latin1Slice()
    }
    return this.#lines
  }
}

/** The lines for a client. */
export function renderForwarded({ address, forwardedFor, authority, port, scheme }: ResolvedClient): string {
  return (
    `X-Real-IP: ${address}\r\nX-Forwarded-For: ${forwardedFor}\r\n` +
    `X-Forwarded-Host: ${authority}\r\nX-Forwarded-Port: ${port}\r\nX-Forwarded-Proto: ${scheme}\r\n` +
    `X-Forwarded-Scheme: ${scheme}\r\nX-Scheme: ${scheme}\r\n`
  )
}
