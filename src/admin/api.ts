// Questions that programs ask at the admin port: `/api/NAME?…`, answered in JSON. Who answers them is not known here.
import { isIP } from 'node:net'

/** A value for JSON, or what is wrong with the question, as a clause. */
export type ApiAnswer = { readonly value: unknown } | { readonly problem: string }

/** By the name after `/api/`. They change nothing; one that rejects is a bug, which is told to who asked. */
export type Api = ReadonlyMap<string, (query: URLSearchParams) => Promise<ApiAnswer>>

/** What is sent back. */
export interface ApiResponse {
  readonly status: number
  readonly text: string
  readonly contentType: string
}

/**
 * Answers the question in `target` (path and query). `host`: the Host field. Names other than localhost are refused: a web page
 * whose name leads here could read along otherwise (DNS rebinding).
 */
export async function answerApi(target: string, host: string | undefined, api: Api): Promise<ApiResponse> {
  const mark = target.indexOf('?')
  const name = (mark === -1 ? target : target.slice(0, mark)).slice('/api/'.length)
  const ask = api.get(name)
  if (!isOfThisMachine(host)) return json(403, { problem: 'ask for the API by address, or as localhost' })
  if (ask === undefined) return json(404, { problem: `there are ${[...api.keys()].join(', ') || 'none'}` })
  try {
    const answer = await ask(new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)))
    return 'value' in answer ? json(200, answer.value) : json(400, answer)
  } catch (error) {
    return json(500, { problem: `this is a bug in Portico: ${error instanceof Error ? error.stack : error}` })
  }
}

function isOfThisMachine(host = ''): boolean {
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || name.toLowerCase() === 'localhost'
}

function json(status: number, value: unknown): ApiResponse {
  return { status, text: JSON.stringify(value), contentType: 'application/json; charset=utf-8' }
}
