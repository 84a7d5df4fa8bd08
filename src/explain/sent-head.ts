// What an endpoint would be sent.
import { renderFields } from '../http2/render-fields.ts'
import { renderHttp1Head } from '../upstreams/render-http1-head.ts'
import { protocolOf } from '../upstreams/wire.ts'
import type { ForwardedDecision } from './decide.ts'
import type { SentHead } from './explanation.ts'

/** The head as it goes out. */
export function sentHead({ request, endpoint, outgoing }: ForwardedDecision): SentHead {
  const protocol = protocolOf(request.backend!.upstream!)
  const tls = protocol === 'https' || protocol === 'grpcs' || (protocol === 'auto' && request.secure)
  const isHttp2 = protocol === 'grpc' || protocol === 'grpcs'
  if (!isHttp2)
    return { endpoint: endpoint.key, protocol: 'HTTP/1.1', tls, lines: linesOf(renderHttp1Head(outgoing)) }
  const fields: string[] = []
  renderFields(outgoing.lines, fields)
  const { method, target, host } = outgoing
  const authority = host === '' ? endpoint.key : host
  const lines = [
    `:method: ${method}`,
    `:scheme: ${tls ? 'https' : 'http'}`,
    `:authority: ${authority}`,
    `:path: ${target}`,
  ]
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  return { endpoint: endpoint.key, protocol: 'HTTP/2', tls, lines }
}

/** Lines of a head without their ends. */
export function linesOf(head: string): string[] {
  return head.split('\r\n').filter(line => line !== '')
}
