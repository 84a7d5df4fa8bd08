// Which handler a path of the API leads to. Paths are written as in OpenAPI: `/api/routes/{id}`.
import {
  type ApiAnswer,
  type ApiQuestion,
  type ApiResponse,
  jsonResponse,
  problemResponse,
} from './question.ts'

/** What stands in the places of a path's names, decoded. */
export type PathValues = Readonly<Record<string, string>>

/** Answers a question. One that throws or rejects is a bug, which is told to who asked. */
export type ApiHandler = (question: ApiQuestion, values: PathValues) => ApiAnswer | Promise<ApiAnswer>

/** `GET /api/routes/{id}` → its handler. */
export type ApiHandlers = Readonly<Record<string, ApiHandler>>

interface Entry {
  readonly method: string
  readonly segments: readonly string[]
  readonly handler: ApiHandler
}

/** Finds the handlers of questions. */
export class ApiRouter {
  readonly #entries: readonly Entry[]

  constructor(handlers: ApiHandlers) {
    this.#entries = Object.entries(handlers).map(([key, handler]) => {
      const [method = '', path = ''] = key.split(' ')
      return { method, segments: path.split('/'), handler }
    })
  }

  /** `GET /api/routes/{id}` and so on, in their order. */
  get keys(): readonly string[] {
    return this.#entries.map(({ method, segments }) => `${method} ${segments.join('/')}`)
  }

  async answer(question: ApiQuestion): Promise<ApiResponse> {
    const fitting = this.#entries.flatMap(entry => {
      const values = valuesIn(question.path, entry.segments)
      return values === undefined ? [] : [{ entry, values }]
    })
    const found = fitting.find(({ entry }) => entry.method === question.method)
    if (fitting.length === 0)
      return problemResponse(404, 'there is nothing of that name; /api/openapi.json says what there is')
    if (found === undefined) {
      const methods = fitting
        .map(({ entry }) => entry.method)
        .map(method => (method === 'GET' ? 'GET, HEAD' : method))
      return problemResponse(405, `it takes ${methods.join(', ')}`, methods.join(', '))
    }
    return await respond(found.entry.handler, question, found.values)
  }
}

async function respond(handler: ApiHandler, question: ApiQuestion, values: PathValues): Promise<ApiResponse> {
  try {
    const answer = await handler(question, values)
    return 'value' in answer
      ? jsonResponse(answer.value)
      : problemResponse(answer.status ?? 400, answer.problem)
  } catch (error) {
    return problemResponse(
      500,
      `this is a bug in Portico: ${error instanceof Error ? error.stack : String(error)}`,
    )
  }
}

/** `undefined` where the path is another one, or no text. */
function valuesIn(path: string, pattern: readonly string[]): PathValues | undefined {
  const segments = path.split('/')
  if (segments.length !== pattern.length) return undefined
  const values: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const segment = segments[index]!
    const name = /^\{(\w+)\}$/.exec(wanted)?.[1]
    if (name === undefined) {
      if (segment !== wanted) return undefined
      continue
    }
    try {
      values[name] = decodeURIComponent(segment)
    } catch {
      return undefined
    }
  }
  return values
}
