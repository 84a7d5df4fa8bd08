// `/api/requests`: the requests that ended lately, while somebody watched.

import { keptRequests } from '../live/request-tail.ts'
import type { AdminSources } from '../sources.ts'
import type { RequestList, RequestView } from './live-types.ts'
import { type ApiAnswer, badLimit, readLimit } from './question.ts'
import { readRequestFilter } from './request-filter.ts'
import { requestView } from './request-view.ts'

/** The answer to `/api/requests`: a filter, and `limit`. */
export function requestList(query: URLSearchParams, sources: AdminSources): ApiAnswer {
  const limit = readLimit(query, 100, keptRequests)
  const filter = readRequestFilter(query)
  if (limit === undefined) return badLimit(keptRequests)
  if (typeof filter === 'string') return { problem: filter }
  const { tail } = sources
  tail.expectQuestions()
  const requests: RequestView[] = []
  for (const request of tail.latest()) {
    if (requests.length === limit) break
    if (filter(request.record)) requests.push(requestView(request, sources))
  }
  const list: RequestList = { isRecording: tail.isRecording, requests }
  return { value: list }
}
