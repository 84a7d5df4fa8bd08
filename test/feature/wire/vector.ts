// One message in exact bytes and what must become of it. Data only; request-vectors.test.ts sends them.

/** A request as the backend has to see it, in our own spelling. */
export interface ExpectedRequest {
  /** `POST / HTTP/1.1`. */
  readonly line: string
  readonly framing: 'none' | 'chunked' | `length ${number}`
  readonly body: string
  /** Field lines that must be there. */
  readonly has?: readonly string[]
  /** Text that must be nowhere in the head. */
  readonly lacks?: readonly string[]
}

/** What must become of a client's bytes. */
export type Verdict =
  /** This answer, then the end; not one byte for a backend, and nothing behind the message counts. */
  | { readonly kind: 'refused'; readonly status: number }
  /** The head is good, the body is not: the backend never gets a whole request, the client gets 400 or nothing, then the end. */
  | { readonly kind: 'broken-off' }
  /** An answer of Portico's own to a good request; the connection goes on. */
  | { readonly kind: 'answered'; readonly status: number; readonly closes?: boolean }
  /** The backend gets exactly these, in order, each answer goes to the client in order. */
  | {
      readonly kind: 'forwarded'
      readonly requests: readonly ExpectedRequest[]
      /** The connection ends behind the last answer. */
      readonly closes?: boolean
      /** What follows the good requests is refused with this status. */
      readonly thenRefused?: number
    }
  /** Nothing happens yet. */
  | { readonly kind: 'nothing' }

export interface RequestVector {
  /** Of the collection it is from; `+` marks a neighbour of our own. */
  readonly id: string
  readonly what: string
  /** One octet per character. */
  readonly bytes: string
  readonly verdict: Verdict
  /** The client ends its side behind the bytes. */
  readonly ends?: boolean
}

/** What a chunked upload of `hello` looks like behind its head. */
export const helloChunks = '5\r\nhello\r\n0\r\n\r\n'
export const chunkedLine = 'Transfer-Encoding: chunked'
/** A request that must never be taken for one. */
export const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n'

/** A head with these lines behind `Host: a.test`. */
export function head(requestLine: string, ...lines: readonly string[]): string {
  return `${[requestLine, 'Host: a.test', ...lines].join('\r\n')}\r\n\r\n`
}

export function post(lines: readonly string[], body = ''): string {
  return head('POST / HTTP/1.1', ...lines) + body
}

export function get(...lines: readonly string[]): string {
  return head('GET / HTTP/1.1', ...lines)
}

export function refused(id: string, status: number, what: string, bytes: string): RequestVector {
  return { id, what, bytes, verdict: { kind: 'refused', status } }
}

export function brokenOff(id: string, what: string, bytes: string): RequestVector {
  return { id, what, bytes, verdict: { kind: 'broken-off' } }
}

export function answered(
  id: string,
  status: number,
  what: string,
  bytes: string,
  closes = false,
): RequestVector {
  return { id, what, bytes, verdict: { kind: 'answered', status, closes } }
}

export function forwarded(
  id: string,
  what: string,
  bytes: string,
  requests: readonly ExpectedRequest[],
  end: { readonly closes?: boolean; readonly thenRefused?: number } = {},
): RequestVector {
  return { id, what, bytes, verdict: { kind: 'forwarded', requests, ...end } }
}

type More = Pick<ExpectedRequest, 'has' | 'lacks'>

/** A forwarded request without a body. */
export function bare(line: string, more: More = {}): ExpectedRequest {
  return { line: `${line} HTTP/1.1`, framing: 'none', body: '', ...more }
}

/** One with a body of known length. */
export function sized(body: string, line = 'POST /', more: More = {}): ExpectedRequest {
  return { line: `${line} HTTP/1.1`, framing: `length ${body.length}`, body, ...more }
}

/** One with a chunked body. */
export function inChunks(body: string, line = 'POST /', more: More = {}): ExpectedRequest {
  return { line: `${line} HTTP/1.1`, framing: 'chunked', body, ...more }
}
