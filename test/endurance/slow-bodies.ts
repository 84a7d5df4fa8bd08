// Long bodies between sides of unequal speed: the slow one takes its time, and what was not taken yet must wait with the
// sender, not in Portico.
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { startHttpBackend, startRawBackend, type TestBackend } from '../support/backend.ts'
import { LongBodyCheck, pour } from '../support/long-body.ts'
import { settled } from '../support/settled.ts'
import type { MeasuredPortico } from './measured-portico.ts'

const MB = 1024 * 1024
/** A slow side takes so much, then rests. */
const burstBytes = 4 * MB
const restMs = 2
const head = 'HTTP/1.1 200 OK\r\nContent-Length: '

/** How an upload says where it ends. */
export type UploadFraming = 'length' | 'chunked'

/** A backend that answers with bodies as long as it is asked for. */
export interface PouringBackend extends TestBackend {
  /** How much of all of them was taken so far. */
  poured(): number
}

/** Starts one. */
export async function startPouringBackend(): Promise<PouringBackend> {
  const pours: (() => number)[] = []
  const backend = await startRawBackend(socket => {
    socket.on('data', request => {
      const bytes = Number(/^GET \/(\d+) /.exec(String(request))![1])
      socket.write(`${head}${bytes}\r\n\r\n`)
      pours.push(pour(socket, bytes))
    })
    socket.on('end', () => socket.end())
  })
  return { ...backend, poured: () => pours.reduce((sum, written) => sum + written(), 0) }
}

/**
 * Downloads over `readers` connections at once, none of which reads until the backend is held up; every byte is compared.
 * Gives how much the backend had poured out until then.
 */
export async function downloadSlowly(
  portico: MeasuredPortico,
  backend: PouringBackend,
  bytes: number,
  readers: number,
): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: readers }, () => open(portico.port)))
  for (const socket of sockets) {
    socket.pause()
    socket.write(`GET /${bytes} HTTP/1.1\r\nHost: down.test\r\nConnection: close\r\n\r\n`)
  }
  const before = backend.poured()
  const heldUpAt = (await settled(backend.poured)) - before
  await Promise.all(sockets.map(socket => readSlowly(socket, bytes)))
  return heldUpAt
}

async function readSlowly(socket: Socket, bytes: number): Promise<void> {
  const check = new LongBodyCheck()
  let text = ''
  let headSeen = false
  restAfterBursts(socket, piece => {
    if (headSeen) return check.take(piece)
    text += piece.toString('latin1')
    const end = text.indexOf('\r\n\r\n') + 4
    if (end < 4) return
    headSeen = true
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
    check.take(Buffer.from(text.slice(end), 'latin1'))
  })
  socket.resume()
  await new Promise((resolve, reject) => socket.once('end', resolve).once('error', reject))
  socket.end()
  expect(check.received).toBe(bytes)
}

/** Reads in bursts; an exception of `take` ends the socket. */
function restAfterBursts(
  socket: NodeJS.ReadableStream & { destroy(error: Error): void },
  take: (piece: Buffer) => void,
): void {
  let burst = 0
  socket.on('data', (piece: Buffer) => {
    try {
      take(piece)
    } catch (error) {
      socket.destroy(error as Error)
    }
    burst += piece.length
    if (burst < burstBytes) return
    burst = 0
    socket.pause()
    setTimeout(() => socket.resume(), restMs)
  })
}

/** A backend that reads nothing of an upload until it is told to, and slowly then. */
export interface SlowBackend extends TestBackend {
  startReading(): void
}

/** Starts one that compares what is uploaded and answers with how many bytes that were. */
export async function startSlowBackend(): Promise<SlowBackend> {
  let uploads: IncomingMessage[] = []
  const backend = await startHttpBackend((request, response) => {
    const check = new LongBodyCheck()
    restAfterBursts(request, piece => check.take(piece))
    request.pause()
    request.on('end', () => response.end(`${check.received} bytes`))
    uploads.push(request)
  })
  const startReading = () => {
    for (const upload of uploads) upload.resume()
    uploads = []
  }
  return { ...backend, startReading }
}

/**
 * Uploads so many bytes to a backend that does not read until the client is held up; resolves when the backend has said
 * that they all came and were right. Gives how much the client had poured out until it was held up.
 */
export async function uploadToSlow(
  portico: MeasuredPortico,
  backend: SlowBackend,
  bytes: number,
  framing: UploadFraming,
): Promise<number> {
  const socket = await open(portico.port)
  const field = framing === 'length' ? `Content-Length: ${bytes}` : 'Transfer-Encoding: chunked'
  socket.write(`POST / HTTP/1.1\r\nHost: up.test\r\nConnection: close\r\n${field}\r\n\r\n`)
  let answer = ''
  socket.on('data', piece => {
    answer += piece
  })
  const ended = new Promise((resolve, reject) => socket.once('end', resolve).once('error', reject))
  const heldUpAt = await settled(pour(socket, bytes, framing === 'length' ? 'identity' : 'chunked'))
  backend.startReading()
  await ended
  socket.end()
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 200 [^]*${bytes} bytes`))
  return heldUpAt
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  onTestFinished(() => {
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}
