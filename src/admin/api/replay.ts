// `/api/replay`: sends one request through our own listener, as any client would, and says what came back and when.
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { AdminSources } from '../sources.ts'
import type { ReplayAnswer } from './live-types.ts'
import type { ApiAnswer } from './question.ts'
import { type ReplayedRequest, readReplayOrder } from './replay-order.ts'
import { rounded } from './rounded.ts'

const patienceMs = 30_000
/** Shown of a body. */
const shownBytes = 16 * 1024
/** More is not waited for. */
const mostBytes = 16 * 1024 * 1024

/** Sends what the body of the question orders. Never to anybody but our own listener. */
export async function replay(body: unknown, sources: AdminSources): Promise<ApiAnswer> {
  const problem = sources.replayProblem()
  if (problem !== undefined) return { problem, status: 409 }
  const order = readReplayOrder(body, sources)
  if ('problem' in order) return order
  const listener = sources.listeners().find(({ name }) => name === order.scheme)
  if (listener === undefined) return { problem: `there is no listener for ${order.scheme}`, status: 409 }
  try {
    return { value: await send(order, listener.address) }
  } catch (error) {
    return { problem: `no answer came: ${error instanceof Error ? error.message : error}`, status: 502 }
  }
}

function send(order: ReplayedRequest, address: string): Promise<ReplayAnswer> {
  const begunAt = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<ReplayAnswer>()
  const request = order.scheme === 'https' ? requestHttps : requestHttp
  const outgoing = request(optionsOf(order, address), response => {
    read(response, begunAt).then(resolve, reject)
  })
  outgoing.on('error', reject)
  outgoing.end()
  return promise
}

function optionsOf(
  order: ReplayedRequest,
  address: string,
): RequestOptions & { rejectUnauthorized: boolean } {
  const { method, target, authority, headers } = order
  const colon = address.lastIndexOf(':')
  const name = authority.replace(/:\d*$/, '')
  return {
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(colon + 1)),
    method,
    path: target,
    headers: ['Host', authority, ...headers.flat(), 'Connection', 'close'],
    agent: false,
    signal: AbortSignal.timeout(patienceMs),
    ...(isIP(name) === 0 && { servername: name }),
    // It is our own port, whatever certificate the host has.
    rejectUnauthorized: false,
  } as RequestOptions & { rejectUnauthorized: boolean }
}

async function read(response: IncomingMessage, begunAt: number): Promise<ReplayAnswer> {
  const firstByteMs = performance.now() - begunAt
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    if (length < shownBytes) pieces.push(piece)
    length += piece.length
    if (length > mostBytes) break
  }
  const shown = Buffer.concat(pieces).subarray(0, shownBytes)
  const body = textOf(shown)
  return {
    status: response.statusCode ?? 0,
    headers: pairs(response.rawHeaders),
    ...(body !== undefined && { body }),
    bodyBytes: length,
    firstByteMs: rounded(firstByteMs),
    durationMs: rounded(performance.now() - begunAt),
  }
}

/** `undefined` for bytes that are no text; a character that was cut at the end is left out. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
}
