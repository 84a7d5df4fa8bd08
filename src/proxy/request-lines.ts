// Hot path: runs for every request.
// A request as a backend gets it: the client's fields without those of this hop, and the facts a backend can
// not know, the way ingress-nginx states them. Client claims about forwarding are replaced, not appended to.
import { FieldKind, fieldKindOf } from '../http/field-kind.ts'
import { readMaxForwards } from '../http/max-forwards.ts'
import { Framing, type RequestHead } from '../http/request-head.ts'
import { editRequest } from '../policies/ask.ts'
import type { OutgoingRequest } from '../upstreams/endpoint-stream.ts'
import { editFieldLines } from './edit-field-lines.ts'
import { renderForwarded } from './forwarded-lines.ts'
import { isGrpc } from './grpc.ts'
import { RequestEdits } from './request-edits.ts'
import type { RequestState } from './request-state.ts'

/** The request that goes to the backend. */
export function renderRequest(request: RequestState): OutgoingRequest {
  const { handling, admissions } = request
  if (handling.moments.editingRequests.length !== 0 || admissions !== undefined) return renderEdited(request)
  // An HTTP/1.0 client may name no host; then the field is sent empty, never left out (RFC 9112 §3.2).
  return outgoing(request, request.authority, fieldLines(request), 1, false)
}

/** The same where policies, or those who admitted the request, want it changed. */
function renderEdited(request: RequestState): OutgoingRequest {
  const edits = editsOf(request)
  const { host, minorVersion, closesConnection } = edits
  return outgoing(request, host, edits.applyTo(fieldLines(request)), minorVersion, closesConnection)
}

function outgoing(
  request: RequestState,
  host: string,
  lines: string,
  minorVersion: 0 | 1,
  closes: boolean,
): OutgoingRequest {
  const { head } = request.stream
  // HTTP/1.0 knows neither other protocols to switch to nor trailers.
  const hop = minorVersion === 0 ? closeLine(closes) : hopLines(request, closes)
  return {
    method: head.method,
    target: request.upstreamTarget,
    host,
    lines,
    acceptsTrailers: head.acceptsTrailers,
    hasBody: request.sendsBody,
    chunked: request.sendsChunks,
    // Requests of gRPC have none, and their last piece is sent in fewer frames where that is known.
    mayHaveTrailers: request.sendsChunks && !isGrpc(request),
    contentLength: request.bufferedBody?.length ?? head.contentLength,
    minorVersion,
    http1Lines: framingLines(request) + hop,
    upgrade: request.upgrade,
    closes,
  }
}

function editsOf(request: RequestState): RequestEdits {
  const edits = new RequestEdits(request.authority)
  editRequest(request.handling, request, edits)
  for (const { requestFields = [] } of request.admissions?.all ?? [])
    for (const [name, value] of requestFields) edits.set(name, value)
  return edits
}

/** The trailers that may follow: what is set or removed in the head does not come back behind the body. */
export function sentTrailers(request: RequestState, trailers: string): string {
  if (trailers === '') return trailers
  const { handling, admissions } = request
  const isEdited = handling.moments.editingRequests.length !== 0 || admissions !== undefined
  return isEdited ? editsOf(request).untouchedOf(trailers) : trailers
}

/** Names and values in turn of what the backend is told, but for Host, and for what concerns this message or its way alone. */
export function sentFields(request: RequestState): string[] {
  const lines = editsOf(request).applyTo(messageLines(request))
  const fields: string[] = []
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf('\r\n', start)
    const colon = lines.indexOf(':', start)
    const name = lines.slice(start, colon)
    if (name.toLowerCase() !== 'trailer') fields.push(name, lines.slice(colon + 1, end).trim())
    start = end + 2
  }
  return fields
}

/** Everything but the lines that concern this hop. */
function fieldLines(request: RequestState): string {
  const { head } = request.stream
  let text = messageLines(request)
  const { via } = request.proxy
  if (via !== '') text += `Via: ${head.version} ${via}\r\n`
  if (head.method === 'OPTIONS') text += maxForwardsLine(head)
  return text
}

/** What holds wherever the request goes. */
function messageLines(request: RequestState): string {
  const { head } = request.stream
  const passing = passingLines(head, request.sendsChunks, request.policies.fieldNames.allowsUnderscores)
  const { trace } = request
  if (trace === undefined) return passing + forwardedLines(request)
  return withoutTrace(passing, head) + forwardedLines(request) + trace.fieldLines()
}

/** Lines without those of the client's trace: ours name the next span of it, or of another. */
function withoutTrace(lines: string, { fields }: RequestHead): string {
  if (fields.find('traceparent') === -1 && fields.find('tracestate') === -1) return lines
  return editFieldLines(lines, name =>
    name === 'traceparent' || name === 'tracestate' ? undefined : unchanged,
  )
}

const unchanged = (value: string): string => value

/** The lines that go through as they are; neighbours are copied as one range. */
function passingLines(head: RequestHead, sendsChunks: boolean, allowsUnderscores: boolean): string {
  const { fields } = head
  const { text, count } = fields
  let passing = ''
  let start = -1
  for (let i = 0; i < count; i++) {
    const kind = fields.kind(i)
    const isAllowed = kind === FieldKind.underscore && allowsUnderscores && isNobodys(fields.name(i))
    if (isAllowed || passes(kind, head, sendsChunks)) {
      if (start === -1) start = fields.lineStart(i)
    } else if (start !== -1) {
      passing += text.slice(start, fields.lineStart(i))
      start = -1
    }
  }
  return start === -1 ? passing : passing + text.slice(start, fields.lineEnd(count - 1))
}

/** Whether a name would mean nothing here with `-` for `_`, as many backends read it: X_Forwarded_For would be the client's word. */
function isNobodys(name: string): boolean {
  return fieldKindOf(name.replaceAll('_', '-'), 0, name.length) === FieldKind.other
}

function passes(kind: FieldKind, head: RequestHead, sendsChunks: boolean): boolean {
  return (
    kind === FieldKind.other ||
    kind === FieldKind.cookie ||
    kind === FieldKind.date ||
    kind === FieldKind.server ||
    // Announces what only chunks can carry.
    (kind === FieldKind.trailer && sendsChunks) ||
    (kind === FieldKind.maxForwards && head.method !== 'OPTIONS')
  )
}

/** What a backend is told of the client beyond its own fields. */
function forwardedLines(request: RequestState): string {
  const { connection, head } = request.stream
  const { client } = request
  let lines = requestIdLine(request)
  lines +=
    client === undefined ? request.forwardedLines.of(connection, head.authority) : renderForwarded(client)
  const forwardedFor = client?.claimedFor ?? head.fields.joinKind(FieldKind.forwardedFor)
  if (forwardedFor !== '') lines += `X-Original-Forwarded-For: ${forwardedFor}\r\n`
  const forwardedHost = head.fields.joinKind(FieldKind.forwardedHost)
  if (forwardedHost !== '') lines += `X-Original-Forwarded-Host: ${forwardedHost}\r\n`
  return lines
}

function requestIdLine(request: RequestState): string {
  const { generatesRequestId } = request.policies.clientConnections
  const isLeftOut = !generatesRequestId && request.stream.head.fields.findKind(FieldKind.requestId) === -1
  return isLeftOut ? '' : `X-Request-ID: ${request.requestId}\r\n`
}

/** One hop less than the client allowed; none left is answered before. */
function maxForwardsLine(head: RequestHead): string {
  const maxForwards = readMaxForwards(head.fields)
  return typeof maxForwards === 'number' ? `Max-Forwards: ${maxForwards - 1}\r\n` : ''
}

/** Exactly one framing, in our own spelling (RFC 9112 §6.3). A request to switch protocols has no body. */
function framingLines({ stream: { head }, upgrade, asksForPage, bufferedBody }: RequestState): string {
  if (upgrade !== '') return ''
  if (bufferedBody !== undefined) return `Content-Length: ${bufferedBody.length}\r\n`
  if (asksForPage) return noContentLine(head)
  if (head.framing === Framing.chunked) return 'Transfer-Encoding: chunked\r\n'
  if (head.framing === Framing.length) return `Content-Length: ${head.contentLength}\r\n`
  return noContentLine(head)
}

/** Methods that define a meaning for content say that there is none (RFC 9110 §8.6). */
function noContentLine({ method }: RequestHead): string {
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? 'Content-Length: 0\r\n' : ''
}

/** What concerns the next hop alone; each such field is named in Connection (RFC 9110 §7.6.1, §7.8, §10.1.4). */
function hopLines({ stream, upgrade }: RequestState, closes: boolean): string {
  const { acceptsTrailers } = stream.head
  if (upgrade === '' && !acceptsTrailers) return closeLine(closes)
  const options = [
    ...(upgrade === '' ? [] : ['upgrade']),
    ...(acceptsTrailers ? ['TE'] : []),
    ...(closes && upgrade === '' ? ['close'] : []),
  ]
  const trailersLine = acceptsTrailers ? 'TE: trailers\r\n' : ''
  const upgradeLine = upgrade === '' ? '' : `Upgrade: ${upgrade}\r\n`
  return `${trailersLine}${upgradeLine}Connection: ${options.join(', ')}\r\n`
}

function closeLine(closes: boolean): string {
  return closes ? 'Connection: close\r\n' : ''
}
