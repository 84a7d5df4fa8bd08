// How the endpoints of an upstream are spoken to: which version of HTTP, over TLS or plainly.
import type { BackendProtocol } from '../policies/backends/backend-tls.ts'
import type { Upstream } from '../routing/table.ts'
import { TlsTransport } from './tls-transport.ts'

/** One way to speak to endpoints. */
export interface Wire {
  /** Equal for equal ways, empty for HTTP/1.1 without TLS; tells no secrets. */
  readonly key: string
  /** `undefined`: connections are plain. */
  readonly tls: TlsTransport | undefined
  /** HTTP/2 from the first byte, many requests at a time over a connection; otherwise HTTP/1.1. */
  readonly http2: boolean
}

/** HTTP/1.1 without TLS. */
export const plainWire: Wire = { key: '', tls: undefined, http2: false }
const plainHttp2Wire: Wire = { key: 'h2c', tls: undefined, http2: true }

/** What endpoints are spoken to in. */
export function protocolOf({ policies, appProtocol }: Upstream): BackendProtocol {
  return policies.backendTls.protocol ?? appProtocol ?? 'http'
}

/** What the Ingress says counts, then what the Service port says. */
export function wireOf(upstream: Upstream): Wire {
  const { backendTls } = upstream.policies
  const protocol = protocolOf(upstream)
  if (protocol === 'http') return plainWire
  if (protocol === 'grpc') return plainHttp2Wire
  const tls = new TlsTransport({ ...backendTls, protocol }, upstream)
  return { key: tls.key, tls, http2: protocol === 'grpcs' }
}
