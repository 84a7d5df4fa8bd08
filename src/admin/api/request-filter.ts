// Which requests a list or a live tail is about.
import type { RequestRecord } from '../../proxy/request-record.ts'
import { holdsWords } from './question.ts'

/** Whether a request is wanted. */
export type RequestFilter = (record: RequestRecord) => boolean

/**
 * The filter that a query asks for: `host`, `route`, `service`, `method`, `status` (`404`, `5xx`), `minMs`, `q`, `cause`. Gives what is
 * wrong with it as text. A request has to fit all of them.
 */
export function readRequestFilter(query: URLSearchParams): RequestFilter | string {
  const status = query.get('status')
  const minMs = query.get('minMs')
  if (status !== null && !/^[1-5](\d\d|xx)$/i.test(status)) return 'status is one such as 404, or 5xx'
  if (minMs !== null && !/^\d{1,9}(\.\d{1,3})?$/.test(minMs)) return 'minMs is a number of milliseconds'
  const { host, route, service, method, cause, q } = Object.fromEntries(query)
  return record =>
    (host === undefined || nameOf(record.authority) === host.toLowerCase()) &&
    (route === undefined || record.route?.id === route) &&
    (service === undefined || record.service === service) &&
    (method === undefined || record.method === method.toUpperCase()) &&
    (status === null || fitsStatus(record.status, status)) &&
    (minMs === null || record.durationMs >= Number(minMs)) &&
    (cause === undefined || (cause === 'any' ? record.cause !== '' : record.cause === cause)) &&
    (q === undefined || holdsWords([record.authority + record.target], q))
}

function fitsStatus(status: number, wanted: string): boolean {
  return /^\d+$/.test(wanted) ? status === Number(wanted) : String(status).startsWith(wanted.charAt(0))
}

function nameOf(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase()
}
