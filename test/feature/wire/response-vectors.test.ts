// Backends that are hostile, broken or odd: the client gets 502, the right response or a visibly cut one, never a wrong one,
// and what a neighbour asks right after on the same backend connections is answered as asked.
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startProxy } from '../../support/proxy.ts'
import { type RawBackend, startRecordingBackend } from '../../support/raw-backend.ts'
import { type RawClient, rawClient } from '../../support/raw-client.ts'
import { serving } from '../../support/serving.ts'
import { type DeliveryMode, deliveryModes } from './delivery.ts'
import { ask, getRequest, servedBody } from './own-request.ts'
import { readMessages } from './read-messages.ts'
import { type ResponseVector, responseVectors } from './vectors/responses.ts'
import { targetOf } from './wire-backend.ts'

/** A backend that answers `/vector` with the bytes of the vector under test and anything else by naming it. */
interface ScriptedBackend extends RawBackend {
  vector: ResponseVector
  /** Connection that got each target last. */
  readonly connectionOf: Map<string, Socket>
}

async function startScriptedBackend(mode: DeliveryMode): Promise<ScriptedBackend> {
  const answered = new Map<Socket, number>()
  const connectionOf = new Map<string, Socket>()
  const backend = await startRecordingBackend((socket, received) => {
    const { whole } = readMessages(received)
    for (const { line } of whole.slice(answered.get(socket) ?? 0)) {
      const target = targetOf(line)
      connectionOf.set(target, socket)
      if (target === '/vector') void play(scripted.vector, socket, mode)
      else socket.write(served(target), 'latin1')
    }
    answered.set(socket, whole.length)
  })
  const scripted: ScriptedBackend = Object.assign(Object.create(backend) as RawBackend, {
    vector: responseVectors[0]!,
    connectionOf,
  })
  return scripted
}

async function play(vector: ResponseVector, socket: Socket, mode: DeliveryMode): Promise<void> {
  const pieces = mode.cut(vector.bytes)
  socket.setNoDelay(true)
  for (const piece of pieces) {
    if (socket.destroyed) return
    socket.write(piece, 'latin1')
    if (pieces.length > 1) await new Promise(setImmediate)
  }
  if (vector.ends) socket.end()
}

function served(target: string): string {
  const body = servedBody(target)
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** Everything the client gets, up to the response's end or the connection's. */
async function receive(client: RawClient, before: number, vector: ResponseVector): Promise<string> {
  if (vector.verdict.kind === 'cut') return client.untilClosed()
  const isFinal = (text: string) =>
    vector.method === 'HEAD'
      ? text.endsWith('\r\n\r\n')
      : readMessages(text).whole.some(({ line }) => !line.startsWith('HTTP/1.1 1'))
  return client.until(text => isFinal(text.slice(before)))
}

function checkReceived(text: string, { method, verdict }: ResponseVector): void {
  if (verdict.kind === 'cut') {
    const { whole, rest } = readMessages(text)
    expect({ whole, begins: rest.slice(0, 15) }).toEqual({ whole: [], begins: 'HTTP/1.1 200 OK' })
    expect(verdict.body).toContain(bodyOf(rest))
    return
  }
  const withoutBody = method === 'HEAD' ? text.replace(/Content-Length: /, 'Length-Of-Get: ') : text
  const { whole, rest } = readMessages(withoutBody)
  const last = whole.at(-1)!
  expect(rest).toBe('')
  expect(whole.slice(0, -1).map(({ line }) => line)).toEqual(verdict.interim ?? [])
  if (verdict.kind === 'bad-gateway') {
    expect(last.line).toBe('HTTP/1.1 502 Bad Gateway')
    return
  }
  expect({ line: last.line, body: last.body }).toEqual({ line: verdict.line, body: verdict.body })
  for (const line of verdict.has ?? []) expect(text).toContain(`\r\n${line}\r\n`)
  for (const line of verdict.lacks ?? []) expect(text).not.toContain(line)
}

/** What of a body got through before it was cut. */
function bodyOf(text: string): string {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  return text.includes('Transfer-Encoding') ? body.replace(/[0-9a-f]+\r\n([^\r]*)(?:\r\n)?/g, '$1') : body
}

const ways = deliveryModes.filter(mode => mode.followed !== true && mode.answersEarly !== true)

describe('responses become what they deserve when they arrive', () => {
  test.each(ways)('$name', async mode => {
    const backend = await startScriptedBackend(mode)
    const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
    const neighbour = await rawClient(proxy.httpPort)
    const problems: string[] = []
    for (const vector of responseVectors) {
      backend.vector = vector
      try {
        if (mode.coldPool !== true) await ask(neighbour)
        const client =
          mode.tls === true ? await rawClient(proxy.httpsPort, 'a.test') : await rawClient(proxy.httpPort)
        if (mode.warmedUp === true) await ask(client)
        const before = client.received.length
        client.send(getRequest('/vector').replace('GET', vector.method))
        await receive(client, before, vector)
        const isReused = vector.verdict.kind === 'passed' && vector.verdict.reused
        const used = backend.connectionOf.get('/vector')!
        if (!isReused) await backend.until(() => used.destroyed || used.closed)
        const next = backend.connectionOf.get(await ask(neighbour))!
        expect({ reused: next === used }).toEqual({ reused: isReused })
        checkReceived(client.received.slice(before), vector)
        client.socket.destroy()
        if (mode.coldPool === true) for (const socket of backend.connections) socket.destroy()
      } catch (error) {
        problems.push(`${vector.id} ${vector.what}: ${(error as Error).message}`)
      }
    }
    expect(problems).toEqual([])
  })
})
