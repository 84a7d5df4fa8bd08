// Hot path while there is a JSON access log. Its fields are a contract, described in docs/access-log.md: a field that has
// nothing to say is left out, none is renamed. Texts are bytes as Latin-1.
import { positionOf } from '../diagnostics/place.ts'
import type { AttemptRecord } from '../proxy/attempt-record.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { Route } from '../routing/table.ts'
import { escapeJson, jsonText } from './escape.ts'
import type { LineContext, RenderLine } from './line-context.ts'
import { milliseconds } from './numbers.ts'

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

function renderJsonLine(record: RequestRecord, context: LineContext, piece: string): string {
  const { durationMs, connectMs, firstByteMs, queueMs, cause, retries } = record
  return (
    `{"time":"${context.time.utc(record.time)}","client":"${record.clientAddress}"${requestFields(record, context)},` +
    `"status":${record.status},"bytesReceived":${record.requestBytes},"bytesSent":${record.bytesSent},"bodyBytesSent":${record.bodyBytesSent}${piece}` +
    `${record.isCanary ? ',"canary":true' : ''}${field('variant', record.variant)}` +
    `,"durationMs":${milliseconds(durationMs)},"queueMs":${milliseconds(queueMs)}` +
    `,"connectMs":${milliseconds(connectMs)}` +
    `${firstByteMs === undefined ? '' : `,"firstByteMs":${milliseconds(firstByteMs)}`}` +
    `,"retries":${retries}${attemptFields(record.attempts)}${field('cause', cause)}` +
    `${context.sampleRate === 1 ? '' : `,"sampleRate":${context.sampleRate}`}}`
  )
}

/** What the head said; of one that was refused nothing. */
function requestFields(record: RequestRecord, { redaction }: LineContext): string {
  const { method, authority, target, version, scheme } = record
  if (method === '') return `,"scheme":"${scheme}"`
  return (
    `${field('user', record.user)},"method":"${method}","scheme":"${scheme}","host":"${escapeJson(authority)}"` +
    `,"target":"${escapeJson(redaction.url(target))}","version":"${version}"` +
    `${record.referer === '' ? '' : `,"referer":"${escapeJson(redaction.url(record.referer))}"`}` +
    `${field('userAgent', record.userAgent)},"requestId":"${escapeJson(record.requestId)}"`
  )
}

function attemptFields(attempts: readonly AttemptRecord[]): string {
  if (attempts.length === 0) return ''
  const last = attempts.at(-1)!.endpoint
  const list = attempts.length === 1 ? renderAttempt(attempts[0]!) : attempts.map(renderAttempt).join(',')
  return `,"endpoint":"${last}","attempts":[${list}]`
}

function renderAttempt(attempt: AttemptRecord): string {
  const { endpoint, status, connectMs, headMs, durationMs, failure } = attempt
  return (
    `{"endpoint":"${endpoint}"${status === undefined ? '' : `,"status":${status}`}` +
    `,"connectMs":${milliseconds(connectMs)}${headMs === undefined ? '' : `,"firstByteMs":${milliseconds(headMs)}`}` +
    `,"durationMs":${milliseconds(durationMs)}${field('failure', failure)}}`
  )
}

function field(name: string, text: string): string {
  return text === '' ? '' : `,"${name}":"${escapeJson(text)}"`
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
