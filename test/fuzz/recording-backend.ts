// A backend that reads what Portico sends with Node's parser, octet by octet, answers each request with the address of the
// client that it is said to come from, and remembers everything that is not exactly one request at a time.
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { NodeReading } from '../differential/node-reading.ts'
import { bytesOf, type Message, oneByOne } from '../differential/reading.ts'

/** What to send for the request to a path, instead of the usual answer. */
export interface Planned {
  readonly bytes: string
  readonly closes: boolean
}

export interface RecordingBackend {
  readonly port: number
  /** Whole requests that got the usual answer. */
  readonly requests: number
  /** What no proxy may ever send. */
  readonly violations: readonly string[]
  /** Answers to come, by request target. */
  readonly planned: Map<string, Planned>
  close(): Promise<void>
}

/** Starts on a free loopback port. */
export async function startRecordingReader(): Promise<RecordingBackend> {
  const sockets = new Set<Socket>()
  const violations: string[] = []
  const planned = new Map<string, Planned>()
  let requests = 0
  const server = createServer(socket => {
    sockets.add(socket)
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let reading = new NodeReading('requests')
    socket.on('data', chunk => {
      for (const [index, byte] of oneByOne(chunk as Buffer).entries()) {
        reading.push(byte)
        if (reading.refusal !== undefined) violations.push(`${reading.refusal}: ${show(chunk as Buffer)}`)
        const request = reading.messages.at(-1)
        if (request?.complete !== true && reading.refusal === undefined) continue
        if (index + 1 < chunk.length) violations.push(`octets behind a request: ${show(chunk as Buffer)}`)
        reading.close()
        reading = new NodeReading('requests')
        // Once it has said its last word it is not heard any more either: whoever sent this will ask again elsewhere.
        if (request === undefined || socket.writableEnded) return
        if (!answer(socket, request, planned, violations)) requests++
        return
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests
    },
    violations,
    planned,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** Whether the answer was a planned one. */
function answer(
  socket: Socket,
  { start, fields }: Message,
  planned: RecordingBackend['planned'],
  violations: string[],
): boolean {
  const addresses = fields.filter(([name]) => name.toLowerCase() === 'x-real-ip').map(([, value]) => value)
  if (addresses.length !== 1) violations.push(`X-Real-IP ${addresses.length} times`)
  const plan = planned.get(start[1]!)
  if (plan === undefined) {
    const body = start[0] === 'HEAD' ? '' : 'own'
    socket.write(`HTTP/1.1 200 OK\r\nX-Served: ${addresses[0]}\r\nContent-Length: 3\r\n\r\n${body}`)
  } else {
    socket.write(bytesOf(plan.bytes))
    if (plan.closes) socket.end()
  }
  return plan !== undefined
}

function show(bytes: Buffer): string {
  return JSON.stringify(bytes.latin1Slice(0, bytes.length))
}
