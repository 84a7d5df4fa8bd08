// What the admin server asks: the API as it sees it. The API itself is loaded when somebody first asks, so that starting does not wait.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiQuestion, ApiResponse } from './api/question.ts'
import type { ServedChange } from './sources.ts'

/** Answers questions and sends events. Must be closed. */
export interface AdminApi {
  answer(question: ApiQuestion): Promise<ApiResponse>
  /** Answers with a stream of events that ends with the client or with `close`; with a problem where there are too many. */
  sendEvents(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void
  /** A new table is live. */
  applied(change: ServedChange): void
  /** Ends all streams. */
  close(): void
}
