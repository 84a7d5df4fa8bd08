// What is asked of the API, and what is answered: values for JSON, or what is wrong (RFC 9457). Knows nothing of sockets.
import { STATUS_CODES } from 'node:http'
import type { Problem } from './types.ts'

/** One question, of whoever may ask. */
export interface ApiQuestion {
  readonly method: 'GET' | 'POST'
  /** Without query, as sent. */
  readonly path: string
  readonly query: URLSearchParams
  /** Of a POST: what its JSON says. */
  readonly body: unknown
}

/** A value for JSON, or what is wrong with the question, as a clause; `status` 400 where nothing is said. */
export type ApiAnswer =
  | { readonly value: unknown }
  | { readonly problem: string; readonly status?: 400 | 404 | 409 | 413 | 500 | 502 | 503 }

/** What is sent back. */
export interface ApiResponse {
  readonly status: number
  readonly text: string
  readonly contentType: string
  /** Of a 405: the methods there are. */
  readonly allow?: string
}

/** A value as JSON. */
export function jsonResponse(value: unknown): ApiResponse {
  return { status: 200, text: JSON.stringify(value), contentType: 'application/json; charset=utf-8' }
}

/** A problem in the form of RFC 9457; `detail` becomes a sentence. */
export function problemResponse(status: number, detail: string, allow?: string): ApiResponse {
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    detail: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${/[.!?]$/.test(detail) ? '' : '.'}`,
  }
  return {
    status,
    text: JSON.stringify(problem),
    contentType: 'application/problem+json',
    ...(allow !== undefined && { allow }),
  }
}

/** Of any list, where nothing else is said. */
const mostListed = 10_000

/** The number in a query, from 1 to `most`; `usual` without one, `undefined` for what is no such number. */
export function readLimit(query: URLSearchParams, usual: number, most = mostListed): number | undefined {
  const text = query.get('limit')
  if (text === null) return usual
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= most ? limit : undefined
}

/** What is said of what `readLimit` refuses. */
export function badLimit(most = mostListed): ApiAnswer {
  return { problem: `limit is a number from 1 to ${most}` }
}

/** Whether all words of a search are in one of the texts, in any case of letters. */
export function holdsWords(texts: readonly string[], search: string | null): boolean {
  if (search === null || search.trim() === '') return true
  const all = texts.join('\n').toLowerCase()
  return search
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every(word => all.includes(word))
}
