// What `/api/replay` is told to send: a request seen before, or one written out.
import type { AdminSources } from '../sources.ts'
import type { ApiAnswer } from './question.ts'

/** A request for our own listener. */
export interface ReplayedRequest {
  readonly scheme: 'http' | 'https'
  /** The Host field. */
  readonly authority: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

type Refused = Extract<ApiAnswer, { problem: string }>

/** Methods that change nothing (RFC 9110 §9.2.1), as far as backends keep to it. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What the sending says itself. */
const ownFields: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
])

/** Reads an order. */
export function readReplayOrder(body: unknown, { tail }: AdminSources): ReplayedRequest | Refused {
  const order = body as Readonly<Record<string, unknown>> | null
  if (typeof order !== 'object' || order === null || Array.isArray(order))
    return { problem: 'the body is an object with "id" or "url"' }
  const { id, confirm } = order
  const request = id === undefined ? readWritten(order) : fromTail(id, tail)
  if ('problem' in request) return request
  if (!safeMethods.has(request.method) && confirm !== true)
    return {
      problem: `${request.method} may change something once more; say "confirm": true if it is to be sent`,
      status: 409,
    }
  return request
}

/** Bodies are not kept, and fields that carry credentials are not either. */
function fromTail(id: unknown, tail: AdminSources['tail']): ReplayedRequest | Refused {
  const found = typeof id === 'number' ? tail.find(id) : undefined
  if (found === undefined)
    return { problem: 'no request with this id is kept; /api/requests lists those that are', status: 404 }
  const { scheme, authority, method, target, userAgent, referer } = found.record
  if (method === '' || authority === '' || !target.startsWith('/'))
    return { problem: 'this was no request that can be sent again', status: 409 }
  const headers: [string, string][] = []
  if (userAgent !== '') headers.push(['User-Agent', userAgent])
  if (referer !== '') headers.push(['Referer', referer])
  return { scheme, authority, method, target, headers }
}

function readWritten(order: Readonly<Record<string, unknown>>): ReplayedRequest | Refused {
  const { url, method = 'GET', headers = [] } = order
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    return { problem: 'url is one such as http://shop.example/cart' }
  if (
    typeof method !== 'string' ||
    !/^[A-Z]{1,20}$/.test(method) ||
    method === 'CONNECT' ||
    method === 'TRACE'
  )
    return { problem: 'method is one in capital letters, and neither CONNECT nor TRACE' }
  if (!isFieldList(headers))
    return { problem: 'headers is a list of pairs: a name, and a value without line breaks' }
  return {
    scheme: parsed.protocol === 'https:' ? 'https' : 'http',
    authority: parsed.host,
    method,
    target: parsed.pathname + parsed.search,
    headers: headers.filter(([name]) => !ownFields.has(name.toLowerCase())),
  }
}

function isFieldList(headers: unknown): headers is [string, string][] {
  return (
    Array.isArray(headers) &&
    headers.length <= 100 &&
    headers.every(
      field =>
        Array.isArray(field) &&
        field.length === 2 &&
        typeof field[0] === 'string' &&
        typeof field[1] === 'string' &&
        /^[\w!#$%&'*+.^`|~-]+$/.test(field[0]) &&
        /^[\t\x20-\x7e\x80-\xff]*$/.test(field[1]),
    )
  )
}
