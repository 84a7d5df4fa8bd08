// Hot path while there is a JSON access log. Its fields are a contract, described in docs/access-log.md: a field that has
// nothing to say is left out, none is renamed. Texts are bytes as Latin-1.
import { positionOf } from '../diagnostics/place.ts'
import type { AttemptRecord } from '../proxy/attempt-record.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { Route } from '../routing/table.ts'
import { escapeJson, jsonText } from './escape.ts'
import type { LineContext, RenderLine } from './line-context.ts'
import { milliseconds } from './numbers.ts'
import { isAlwaysLogged } from './sampling.ts'

/** Makes the lines of one table: what the manifests say of a request is put together once for each route and Service. */
export function createJsonLines(): RenderLine {
  const pieces = new WeakMap<object, Map<string, string>>()
  const pieceOf = ({ route, service }: RequestRecord): string => {
    let ofRoute = pieces.get(route ?? nowhere)
    if (ofRoute === undefined) {
      ofRoute = new Map()
      pieces.set(route ?? nowhere, ofRoute)
    }
    let piece = ofRoute.get(service)
    if (piece === undefined) {
      piece = renderRule(route) + renderService(route, service)
      ofRoute.set(service, piece)
    }
    return piece
  }
  return (record, context) => renderJsonLine(record, context, pieceOf(record))
}

/** Requests that no rule takes share their pieces. */
const nowhere = {}

// Each time two texts are joined there is garbage to collect: what most lines have in common is in one piece.

function renderJsonLine(record: RequestRecord, context: LineContext, piece: string): string {
  const { firstByteMs, cause, variant, status } = record
  return (
    `{"time":"${context.time.utc(record.time)}","client":"${record.clientAddress}${headFields(record, context)}` +
    `${status === 200 ? ',"status":200,"bytesReceived":' : `,"status":${status},"bytesReceived":`}` +
    `${record.requestBytes},"bytesSent":${record.bytesSent}${piece}` +
    `${record.isCanary ? ',"canary":true' : ''}${variant === '' ? '' : `,"variant":"${escapeJson(variant)}"`}` +
    `,"durationMs":${milliseconds(record.durationMs)}` +
    `${firstByteMs === undefined ? '' : `,"firstByteMs":${milliseconds(firstByteMs)}`}` +
    `${waitFields(record)}${attemptFields(record)}${cause === '' ? '' : `,"cause":"${escapeJson(cause)}"`}` +
    `${context.sampleRate === 1 || isAlwaysLogged(record) ? '}' : `,"sampleRate":${context.sampleRate}}`}`
  )
}

/** After the address: what the head said, but for one that was refused. A method is a token. */
function headFields(record: RequestRecord, { redaction }: LineContext): string {
  const { user, referer, userAgent, scheme, method, version } = record
  if (method === '') return `","scheme":"${scheme}"`
  const isUsual = scheme === 'http' && method === 'GET'
  return (
    `${isUsual ? '","scheme":"http","method":"GET","host":"' : `","scheme":"${scheme}","method":"${method}","host":"`}` +
    `${escapeJson(record.authority)}","target":"${escapeJson(redaction.url(record.target))}` +
    `${version === '1.1' ? '","version":"1.1","requestId":"' : `","version":"${version}","requestId":"`}` +
    `${escapeJson(record.requestId)}"` +
    `${userAgent === '' ? '' : `,"userAgent":"${escapeJson(userAgent)}"`}` +
    `${referer === '' ? '' : `,"referer":"${escapeJson(redaction.url(referer))}"`}` +
    `${record.traceId === '' ? '' : `,"traceId":"${record.traceId}","spanId":"${record.spanId}"`}` +
    `${user === '' ? '' : `,"user":"${escapeJson(user)}"`}`
  )
}

/** Most requests wait for nothing and nobody; each byte of a line costs about 2 ns on its way to a file. */
function waitFields({ queueMs, connectMs, retries }: RequestRecord): string {
  if (queueMs === 0 && connectMs === 0 && retries === 0) return ''
  return `,"queueMs":${milliseconds(queueMs)},"connectMs":${milliseconds(connectMs)},"retries":${retries}`
}

/** Of one attempt whose answer went through everything is said already. */
function attemptFields({ attempts, status }: RequestRecord): string {
  if (attempts.length === 0) return ''
  const last = attempts.at(-1)!
  const isWhole = attempts.length === 1 && last.failure === '' && last.status === status
  if (isWhole) return `,"endpoint":"${last.endpoint}"`
  return `,"endpoint":"${last.endpoint}","attempts":[${attempts.map(renderAttempt).join(',')}]`
}

function renderAttempt(attempt: AttemptRecord): string {
  const { endpoint, status, connectMs, headMs, durationMs, failure } = attempt
  return (
    `{"endpoint":"${endpoint}"${status === undefined ? '' : `,"status":${status}`}` +
    `,"connectMs":${milliseconds(connectMs)}${headMs === undefined ? '' : `,"firstByteMs":${milliseconds(headMs)}`}` +
    `,"durationMs":${milliseconds(durationMs)}${failure === '' ? '' : `,"failure":"${failure}"`}}`
  )
}

const pathTypes = { exact: 'Exact', prefix: 'Prefix', regex: 'regex' } as const

function renderRule(route: Route | undefined): string {
  if (route === undefined) return ''
  const { namespace, ingress, place } = route.origin
  const { file, line } = positionOf(place)
  const rule = `"host":${jsonText(route.host)},"path":${jsonText(route.path)},"type":"${pathTypes[route.kind]}"`
  return (
    `,"namespace":${jsonText(namespace)},"ingress":${jsonText(ingress)}` +
    `,"rule":{${rule},"place":${jsonText(`${file}:${line}`)}}`
  )
}

/** `service` is `namespace/name:port`; its namespace is named only where it is not the rule's. */
function renderService(route: Route | undefined, service: string): string {
  const found = /^([^/]*)\/([^:]*):(.*)$/.exec(service)
  if (found === null) return ''
  const [, namespace, name, port] = found as unknown as [string, string, string, string]
  const named = `,"service":${jsonText(name)},"port":${jsonText(port)}`
  return namespace === route?.origin.namespace ? named : `,"serviceNamespace":${jsonText(namespace)}${named}`
}
