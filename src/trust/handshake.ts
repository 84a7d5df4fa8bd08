// A real handshake on loopback: a server that shows what Portico would for the name it is asked for, and Node's client.
import { once } from 'node:events'
import { type AddressInfo, isIP } from 'node:net'
import { connect, createServer } from 'node:tls'
import type { CertificateStore } from '../certificates/cert-store.ts'

/** A server that lives for as long as something is being checked. */
export interface CheckServer {
  readonly port: number
  close(): void
}

const handshakeTimeoutMs = 10_000

/** Listens on a free port of 127.0.0.1 and shows each name the certificate that it has in the store. */
export async function startCheckServer(certificates: CertificateStore): Promise<CheckServer> {
  const server = createServer({
    handshakeTimeout: handshakeTimeoutMs,
    SNICallback: certificates.sniCallback(),
  })
  // Clients that refuse the certificate are what this is about; they say so themselves.
  server.on('tlsClientError', () => {})
  server.on('secureConnection', socket => socket.on('error', () => {}).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** What a client that trusts these authorities (PEM) has against the server's certificate for `host`; `undefined`: nothing. */
export function refusalByNode(
  authorities: readonly string[],
  port: number,
  host: string,
): Promise<string | undefined> {
  return new Promise(resolve => {
    const servername = isIP(host) === 0 ? host : ''
    // An empty list would mean the authorities that Node itself brings.
    const ca = authorities.length === 0 ? ['-----BEGIN CERTIFICATE-----'] : [...authorities]
    const socket = connect({ host: '127.0.0.1', port, servername, ca, timeout: handshakeTimeoutMs })
    socket.on('secureConnect', () => {
      resolve(undefined)
      socket.destroy()
    })
    socket.on('timeout', () => socket.destroy(new Error('no answer')))
    // Node goes on with advice about options of its own.
    socket.on('error', error => resolve(error.message.replace(/;.*/s, '')))
  })
}
