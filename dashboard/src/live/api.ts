// Questions to the admin API, with what went wrong as a sentence for people.
import type { Problem } from '../../../src/admin/api/types.ts'
import { authorization } from './token.ts'

/** An answer that is none: the status (0: nobody answered) and what is wrong, as a sentence. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Asks `path` (`/api/routes?q=a`). Rejects with `ApiError`. */
export function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return send<Answer>(path, { headers: authorization(), signal: signal ?? null })
}

/** The text at `path`. Rejects with `ApiError`. */
export async function readText(path: string, signal: AbortSignal): Promise<string> {
  const response = await answered(path, { headers: authorization(), signal })
  if (!response.ok) throw new ApiError(response.status, `Portico answered ${response.status}.`)
  return response.text()
}

/** Has something done: POST with JSON. Rejects with `ApiError`. */
export function order<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  return send<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization() },
    body: JSON.stringify(body),
  })
}

async function send<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await answered(path, init)
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) return answer as Answer
  throw new ApiError(response.status, problemIn(answer) ?? `Portico answered ${response.status}.`)
}

function answered(path: string, init: RequestInit): Promise<Response> {
  // The page may be served below a path of somebody's proxy.
  return fetch(`.${path}`, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error
    throw new ApiError(0, 'Portico does not answer.')
  })
}

function problemIn(answer: unknown): string | undefined {
  return (answer as Partial<Problem> | undefined)?.detail
}
