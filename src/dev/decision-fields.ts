// What was decided about a request, as fields of its response (`X-Portico-Explain: 1`). As much as is known when its head is sent.
import { findCertificate } from '../certificates/find-certificate.ts'
import { escapeControls } from '../diagnostics/escape-controls.ts'
import { placeText } from '../diagnostics/place-text.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { variantOf } from '../proxy/variant-of.ts'
import { serviceName } from '../routing/service-name.ts'
import { originOf, settingsInForce, takerText } from './words.ts'

/** Longest value; what is beyond is cut, so that a response head stays one that clients take. */
const maxLength = 1_000

/** Names and values, safe for a head: printable ASCII. Only of what there is. */
export function decisionFields(request: RequestState): readonly (readonly [name: string, value: string])[] {
  const { backend, tried, failedAttempts, isCanary, tls, cause } = request
  const taker = takerText(request)
  const origin = taker === '' ? undefined : originOf(request)
  const failed = failedAttempts.map(({ endpoint, failure }) => `${endpoint} ${failure}`)
  const fields: [string, string][] = [
    ['X-Portico-Route', taker || 'none'],
    ['X-Portico-Ingress', origin === undefined ? '' : `${origin.namespace}/${origin.ingress}`],
    ['X-Portico-Rule', origin === undefined ? '' : placeText(origin.place)],
    ['X-Portico-Service', backend === undefined ? '' : serviceName(backend)],
    ['X-Portico-Variant', variantOf(request) || (isCanary ? 'canary' : '')],
    ['X-Portico-Endpoint', request.upstreamStatus === 0 ? '' : (tried.at(-1)?.key ?? '')],
    ['X-Portico-Failed', failed.join(', ')],
    ['X-Portico-Target', request.upstreamStatus === 0 && tried.length === 0 ? '' : request.upstreamTarget],
    ['X-Portico-Policies', settingsInForce(request.handling).join(', ')],
    ['X-Portico-Certificate', tls === undefined ? '' : certificateText(request, tls.serverName)],
    // Set for what Portico answers itself: which failure, or that a policy did.
    ['X-Portico-Answered', cause],
    ['X-Portico-Answered-By', request.answeredBy],
    ['X-Portico-Trace', request.trace?.traceId ?? ''],
  ]
  return fields.filter(([, value]) => value !== '').map(([name, value]) => [name, fieldValue(value)])
}

function certificateText({ proxy }: RequestState, serverName: string | undefined): string {
  const found = findCertificate(proxy.live.table.certificates, serverName ?? '')
  return found?.kind === 'secret' ? `Secret ${found.secret}` : 'local authority'
}

/** Text as the value of a field: printable ASCII, on one line, not too long. */
export function fieldValue(text: string): string {
  const ascii = escapeControls(text).replace(/[^ -~]/g, character =>
    encodeURIComponent(character.toWellFormed()),
  )
  return ascii.length > maxLength ? `${ascii.slice(0, maxLength)}...` : ascii
}
