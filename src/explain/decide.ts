// What becomes of a request, without sending anything: its head goes through the strict parser, and the decision is the data
// plane's own (proxy/handle-request.ts).

import type { TlsFacts } from '../http/tls-facts.ts'
import type { MessageError } from '../http1/message-error.ts'
import { RequestReader } from '../http1/request-reader.ts'
import { createPolicyLives } from '../policies/ask.ts'
import { causeOf, findPageMaker, type PageMaker, pageMissing, statusOf } from '../proxy/error-backend.ts'
import { handleRequest, type OwnResponse } from '../proxy/handle-request.ts'
import type { LiveTable, ProxyContext } from '../proxy/proxy-context.ts'
import { renderRequest } from '../proxy/request-lines.ts'
import { RequestState } from '../proxy/request-state.ts'
import { respond } from '../proxy/respond.ts'
import { clientTrustOf } from '../routing/client-trust.ts'
import { findHost } from '../routing/matcher.ts'
import { passthroughRoute } from '../routing/passthrough-route.ts'
import type { Backend } from '../routing/table.ts'
import type { EndpointState } from '../upstreams/endpoint-state.ts'
import type { OutgoingRequest } from '../upstreams/endpoint-stream.ts'
import type { AskedRequest } from './asked-request.ts'
import { type RecordedResponse, RecordingStream } from './recording-stream.ts'
import { type Rehearsal, rehearsalServices } from './rehearsal.ts'

/** What becomes of a request. */
export type Decision =
  /** Its handshake fails: unknown names are refused (`ssl-reject-handshake`). */
  | { readonly kind: 'handshake-refused' }
  /** Its connection is handed on before anything of it is read (`ssl-passthrough`). */
  | { readonly kind: 'passthrough'; readonly backend: Backend }
  /** It is no request. */
  | { readonly kind: 'refused'; readonly error: MessageError }
  | AnsweredDecision
  | ForwardedDecision

/** Portico answers. */
export interface AnsweredDecision {
  readonly kind: 'answered'
  readonly request: RequestState
  readonly own: OwnResponse
  readonly response: RecordedResponse
  /** The backend that is asked for a page in the answer's place; `undefined`: the answer is sent. */
  readonly page: Backend | undefined
}

/** It goes to a backend. */
export interface ForwardedDecision {
  readonly kind: 'forwarded'
  readonly request: RequestState
  readonly endpoint: EndpointState
  /** What the endpoint would be sent. */
  readonly outgoing: OutgoingRequest
}

/** Decides about a request; the live state of `rehearsal` stays as it is, but for turns. */
export async function decide(asked: AskedRequest, rehearsal: Rehearsal): Promise<Decision> {
  const { live } = rehearsal.proxy
  const handshake = asked.secure ? shakeHands(asked, live) : undefined
  if (handshake !== undefined && 'kind' in handshake) return handshake
  const { clientConnections } = live.table.unclaimed.policies
  const reader = new RequestReader(clientConnections)
  reader.push(Buffer.from(headOf(asked), 'latin1'))
  const read = reader.readHead()
  if (typeof read === 'object') return { kind: 'refused', error: read }
  const { clientAddress, secure, port } = asked
  const connection = { clientAddress, peerAddress: clientAddress, secure, localPort: port, isProxied: false }
  const stream = new RecordingStream(reader.head, { ...connection, tls: handshake })
  return await decideAlone(stream, rehearsal)
}

/** With policies that remember nothing: no limit is nearer afterwards. */
async function decideAlone(stream: RecordingStream, rehearsal: Rehearsal): Promise<Decision> {
  const closers: (() => void | Promise<void>)[] = []
  const policyLives = createPolicyLives(rehearsalServices(callback => closers.push(callback)))
  const request = new RehearsedRequest({ ...rehearsal.proxy, policyLives }, stream)
  try {
    const own = await handleRequest(request, request.proxy)
    return own === undefined ? forward(request, rehearsal) : answer(request, own)
  } finally {
    await Promise.all(closers.map(close => close()))
  }
}

function forward(request: RehearsedRequest, rehearsal: Rehearsal): Decision {
  const endpoint = rehearsal.pick(request, request.backend!.upstream!)
  if (endpoint === undefined)
    return answer(request, { kind: 'failure', failure: 'no-endpoint', reason: undefined })
  return { kind: 'forwarded', request, endpoint, outgoing: renderRequest(request) }
}

function answer(request: RehearsedRequest, own: OwnResponse): Decision {
  const maker = findPageMaker(request, statusOf(own), causeOf(own) !== '')
  const said = maker === 'none' ? pageMissing(statusOf(own)) : own
  respond(request, said)
  return {
    kind: 'answered',
    request,
    own: said,
    response: request.recorder.response!,
    page: backendOf(maker),
  }
}

function backendOf(maker: PageMaker | undefined): Backend | undefined {
  return maker === 'none' ? undefined : maker
}

/** A request that has just been read, with nobody behind it. */
class RehearsedRequest extends RequestState {
  readonly recorder: RecordingStream

  constructor(proxy: ProxyContext, stream: RecordingStream) {
    super(proxy, stream)
    this.recorder = stream
    this.reset()
  }
}

/** What the handshake shows of a client without a certificate; a decision where it goes no further. */
function shakeHands({ serverName }: AskedRequest, { table, matcher }: LiveTable): TlsFacts | Decision {
  const host = findHost(matcher, serverName ?? '')?.hostRoutes
  const { refusesUnknownHosts } = table.unclaimed.policies.serverTls
  if (refusesUnknownHosts && (host === undefined || host.host === '')) return { kind: 'handshake-refused' }
  const backend = host && passthroughRoute(host)?.backend
  if (backend !== undefined) return { kind: 'passthrough', backend }
  const trust = host && clientTrustOf(host)
  return { serverName, clientTrust: trust?.key ?? '', certificate: undefined }
}

function headOf({ method, target, authority, fields }: AskedRequest): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\nHost: ${authority}\r\n${lines.join('')}\r\n`
}
