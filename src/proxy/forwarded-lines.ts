// Hot path: runs for every request.
// The forwarded fields that say the same in all requests of a connection, as ingress-nginx states them without
// `use-forwarded-headers`.
import type { ConnectionFacts } from '../http/client-stream.ts'

/** Renders the lines once for each authority a connection's requests name in a row: joining them anew took 0.2 µs of 15. */
export class ForwardedLines {
  #authority: string | undefined
  #lines = ''

  /** Lines of Latin-1 text. `connection` has to be the same in all calls. */
  of(connection: ConnectionFacts, authority: string): string {
    if (authority !== this.#authority) {
      this.#authority = authority
      // A string that was concatenated stays a tree of its parts; read from a buffer it is one piece, copied in one go.
      this.#lines = Buffer.from(render(connection, authority), 'latin1').latin1Slice()
    }
    return this.#lines
  }
}

function render({ clientAddress, secure, localPort }: ConnectionFacts, authority: string): string {
  const scheme = secure ? 'https' : 'http'
  // Backends build links from it: 443 whatever the listener's number, as ingress-nginx states it.
  const port = secure ? 443 : localPort
  return (
    `X-Real-IP: ${clientAddress}\r\nX-Forwarded-For: ${clientAddress}\r\n` +
    `X-Forwarded-Host: ${authority}\r\nX-Forwarded-Port: ${port}\r\nX-Forwarded-Proto: ${scheme}\r\n` +
    `X-Forwarded-Scheme: ${scheme}\r\nX-Scheme: ${scheme}\r\n`
  )
}
