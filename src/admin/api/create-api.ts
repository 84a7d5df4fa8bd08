// The admin API: which question is answered by what. docs/openapi.json describes each, and a test holds the two together.
import type { ServerResponse } from 'node:http'
import type { AdminApi } from '../admin-api.ts'
import { EventStreams } from '../live/event-streams.ts'
import type { AdminSources } from '../sources.ts'
import { annotationList } from './annotations.ts'
import { certificateList } from './certificates.ts'
import { configView } from './config.ts'
import { diagnosticList } from './diagnostics.ts'
import { answerDump } from './dump.ts'
import { answerExplain } from './explain.ts'
import { openApiDocument } from './openapi.ts'
import { overview } from './overview.ts'
import { problemResponse } from './question.ts'
import { replay } from './replay.ts'
import { readRequestFilter } from './request-filter.ts'
import { requestList } from './requests.ts'
import { routeWay } from './route-way.ts'
import { type ApiHandlers, ApiRouter } from './router.ts'
import { routeList } from './routes.ts'
import { moveEndpoint, serviceList } from './services.ts'

/** What answers each question. */
export function apiHandlers(sources: AdminSources): ApiHandlers {
  return {
    'GET /api/overview': () => ({ value: overview(sources) }),
    'GET /api/routes': ({ query }) => routeList(query, sources),
    'GET /api/routes/{id}': (_, { id }) => routeWay(id!, sources),
    'GET /api/services': () => ({ value: serviceList(sources) }),
    'POST /api/services/{namespace}/{service}/endpoints/{endpoint}/drain': (_, named) =>
      moveEndpoint('drain', `${named.namespace}/${named.service}`, named.endpoint!, sources),
    'POST /api/services/{namespace}/{service}/endpoints/{endpoint}/undrain': (_, named) =>
      moveEndpoint('undrain', `${named.namespace}/${named.service}`, named.endpoint!, sources),
    'GET /api/certificates': ({ query }) => certificateList(query, sources),
    'GET /api/diagnostics': ({ query }) => diagnosticList(query, sources),
    'GET /api/requests': ({ query }) => requestList(query, sources),
    'POST /api/replay': ({ body }) => replay(body, sources),
    'GET /api/config': () => ({ value: configView(sources) }),
    'GET /api/annotations': ({ query }) => ({ value: annotationList(query, sources) }),
    'GET /api/explain': ({ query }) => answerExplain(query, sources),
    'GET /api/dump': ({ query }) => answerDump(query, sources.proxy.live.table, sources.from()),
    'GET /api/openapi.json': async () => ({ value: await openApiDocument() }),
  }
}

/** Creates the API of a running Portico; must be closed. */
export function createAdminApi(sources: AdminSources): AdminApi {
  const router = new ApiRouter(apiHandlers(sources))
  const streams = new EventStreams(sources)
  return {
    answer: question => router.answer(question),
    sendEvents(request, response, query) {
      const filter = readRequestFilter(query)
      if (typeof filter === 'string') return refuse(response, 400, filter)
      if (streams.isFull) return refuse(response, 503, 'too many watch already; close another page')
      // A HEAD has no stream to end.
      if (request.method === 'HEAD')
        return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end()
      streams.open(response, {
        routes: query.has('routes'),
        requests: query.has('requests') ? filter : undefined,
      })
    },
    applied: change => streams.applied(change),
    close: () => streams.close(),
  }
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  const { text, contentType } = problemResponse(status, detail)
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(`${text}\n`)
}
