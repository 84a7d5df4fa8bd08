// A request that has ended, as the API shows it: without what looks like a credential.
import { shellLine } from '../../diagnostics/shell-line.ts'
import type { TailedRequest } from '../live/request-tail.ts'
import type { AdminSources } from '../sources.ts'
import type { AttemptView, RequestView } from './live-types.ts'
import { rounded } from './rounded.ts'

/** The request of a tail. */
export function requestView(
  { id, record }: TailedRequest,
  sources: Pick<AdminSources, 'redact' | 'listeners'>,
): RequestView {
  const { route, variant, service, cause, firstByteMs, traceId } = record
  const target = sources.redact(record.target)
  const curl = curlLine(record.method, record.authority, target, record.scheme, sources)
  return {
    id,
    time: record.time,
    method: record.method,
    scheme: record.scheme,
    authority: record.authority,
    target,
    version: record.version,
    status: record.status,
    durationMs: rounded(record.durationMs),
    queueMs: rounded(record.queueMs),
    connectMs: rounded(record.connectMs),
    ...(firstByteMs !== undefined && { firstByteMs: rounded(firstByteMs) }),
    requestBytes: record.requestBytes,
    responseBytes: record.bodyBytesSent,
    clientAddress: record.clientAddress,
    ...(route !== undefined && {
      route: route.id,
      ingress: `${route.origin.namespace}/${route.origin.ingress}`,
    }),
    ...(service !== '' && { service }),
    isCanary: record.isCanary,
    ...(variant !== '' && { variant }),
    requestId: record.requestId,
    ...(traceId !== '' && { traceId }),
    ...(cause !== '' && { cause }),
    userAgent: record.userAgent,
    attempts: record.attempts.map(attemptView),
    ...(curl !== undefined && { curl }),
  }
}

function attemptView({
  endpoint,
  status,
  connectMs,
  headMs,
  durationMs,
  failure,
}: TailedRequest['record']['attempts'][number]): AttemptView {
  return {
    endpoint,
    ...(status !== undefined && { status }),
    connectMs: rounded(connectMs),
    ...(headMs !== undefined && { headMs: rounded(headMs) }),
    durationMs: rounded(durationMs),
    ...(failure !== '' && { failure }),
  }
}

/** Asks the same of our own listener, by the name that the client used; `undefined` for what can not be asked so. */
function curlLine(
  method: string,
  authority: string,
  target: string,
  scheme: 'http' | 'https',
  { listeners }: Pick<AdminSources, 'listeners'>,
): string | undefined {
  const listener = listeners().find(({ name }) => name === scheme)
  const host = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(authority)?.[1]
  if (listener === undefined || host === undefined || !target.startsWith('/')) return undefined
  const colon = listener.address.lastIndexOf(':')
  const port = listener.address.slice(colon + 1)
  const words = [
    '--resolve',
    `${host}:${port}:${listener.address.slice(0, colon)}`,
    `${scheme}://${host}:${port}${target}`,
  ]
  if (scheme === 'https') words.unshift('-k')
  // Without these curl would ask for several URLs, or for another one.
  if (/[[\]{}]/.test(host + target)) words.unshift('-g')
  if (/\/\.{1,2}(?:[/?#]|$)/.test(target.split('?', 1)[0]!)) words.unshift('--path-as-is')
  if (method === 'HEAD') words.unshift('-I')
  else if (method !== 'GET') words.unshift('-X', method)
  return shellLine(['curl', ...words])
}
