// Filters of the tail. They hold for what has already come and for what is to come, so that a change shows at once.
import type { RequestView } from '../../../src/admin/api/live-types.ts'

/** What is typed into the filters; empty text lets everything through. */
export interface RequestFilter {
  /** Somewhere in `METHOD scheme://host/path`, all words. */
  readonly search: string
  /** `404`, `5xx`, `>=400`, several with commas. */
  readonly status: string
  /** At least so many milliseconds. */
  readonly minMs: string
  /** Somewhere in `namespace/service:port`. */
  readonly service: string
  /** Somewhere in `namespace/ingress`. */
  readonly ingress: string
}

export const noFilter: RequestFilter = { search: '', status: '', minMs: '', service: '', ingress: '' }

/** Whether a request passes. A filter that says nothing readable lets everything through. */
export function createRequestFilter(filter: RequestFilter): (request: RequestView) => boolean {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean)
  const statuses = filter.status.split(',').map(readStatus).filter(isKnown)
  const minMs = Number.parseFloat(filter.minMs)
  const service = filter.service.trim().toLowerCase()
  const ingress = filter.ingress.trim().toLowerCase()
  return request => {
    if (statuses.length > 0 && !statuses.some(fits => fits(request.status))) return false
    if (request.durationMs < minMs) return false
    if (service !== '' && !(request.service ?? '').toLowerCase().includes(service)) return false
    if (ingress !== '' && !(request.ingress ?? '').toLowerCase().includes(ingress)) return false
    const text = `${request.method} ${request.scheme}://${request.authority}${request.target}`.toLowerCase()
    return words.every(word => text.includes(word))
  }
}

type StatusTest = (status: number) => boolean

function readStatus(text: string): StatusTest | undefined {
  const match = /^\s*(>=|<=|>|<)?\s*(\d{1,3})(x{0,2})\s*$/i.exec(text)
  if (match === null) return undefined
  const [, comparison, digits = '', unknown = ''] = match
  const scale = 10 ** unknown.length
  const number = Number(digits)
  if (comparison === '>=') return status => status >= number * scale
  if (comparison === '<=') return status => status <= number * scale + scale - 1
  if (comparison === '>') return status => status > number * scale + scale - 1
  if (comparison === '<') return status => status < number * scale
  return status => Math.floor(status / scale) === number
}

function isKnown(test: StatusTest | undefined): test is StatusTest {
  return test !== undefined
}

const methods = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options'])

/** What of a filter Portico itself can apply (`/api/requests`): that much less is told, and rare ones are not lost. */
export function serverQuery({ search, status, minMs }: RequestFilter, route: string): Record<string, string> {
  const query: Record<string, string> = {}
  if (/^[1-5](\d\d|xx)$/i.test(status.trim())) query.status = status.trim()
  if (/^\d{1,9}(\.\d{1,3})?$/.test(minMs.trim())) query.minMs = minMs.trim()
  if (route !== '') query.route = route
  // It searches host and target only.
  const words = search.split(/\s+/).map(word => word.replace(/^https?:\/\//i, ''))
  const q = words.filter(word => word !== '' && !methods.has(word.toLowerCase())).join(' ')
  if (q !== '') query.q = q
  return query
}
