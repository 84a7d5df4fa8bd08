// A client with an address of its own that sends bytes as they are and stays until it has every response it is due.
import { connect, type Socket } from 'node:net'
import { NodeReading } from '../differential/node-reading.ts'
import { type Message, oneByOne, type Reading } from '../differential/reading.ts'

/** What a client got, and how it ended. */
export interface Received {
  readonly responses: readonly Message[]
  /** Bytes behind the last whole response. */
  readonly rest: string
  readonly closed: boolean
}

let lastAddress = 0

/** The next of 16 million loopback addresses: what the proxy says of a client can then be told from what others say. */
export function nextAddress(): string {
  lastAddress++
  return `127.${1 + (lastAddress >> 16)}.${(lastAddress >> 8) & 255}.${lastAddress & 255}`
}

/**
 * Sends `pieces` in a write each and resolves when `isDone` holds or the other side has closed. `methods` are those of the
 * requests, in order. Rejects when neither happens within `patienceMs`.
 */
export async function sendBytes(
  port: number,
  address: string,
  pieces: readonly Buffer[],
  methods: readonly string[],
  isDone: (received: Received) => boolean,
  patienceMs: number,
): Promise<Received> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    localAddress: address,
    allowHalfOpen: true,
    noDelay: true,
  })
  const collector = new ResponseCollector(methods)
  try {
    return await new Promise((resolve, reject) => {
      const look = () => {
        const received = collector.received
        if (received.closed || isDone(received)) resolve(received)
      }
      socket.setTimeout(patienceMs, () =>
        reject(new Error('no answer: waiting for a response that never came')),
      )
      collector.listen(socket, look)
      socket.once('connect', () => writeAll(socket, pieces, look))
    })
  } finally {
    socket.destroy()
    collector.close()
  }
}

/** One write per piece, each in a turn of its own so that they do not leave together. */
function writeAll(socket: Socket, pieces: readonly Buffer[], onWritten: () => void, index = 0): void {
  if (socket.destroyed) return
  if (index === pieces.length) onWritten()
  else socket.write(pieces[index]!, () => setImmediate(() => writeAll(socket, pieces, onWritten, index + 1)))
}

class ResponseCollector {
  readonly #methods: readonly string[]
  readonly #responses: Message[] = []
  #reading: NodeReading
  #rest = ''
  #closed = false

  constructor(methods: readonly string[]) {
    this.#methods = methods
    this.#reading = new NodeReading({ method: methods[0] ?? 'GET' })
  }

  listen(socket: Socket, onChange: () => void): void {
    const onClosed = () => {
      this.#closed = true
      onChange()
    }
    socket.on('data', chunk => {
      for (const byte of oneByOne(chunk as Buffer)) this.#read(byte)
      onChange()
    })
    socket.on('end', onClosed)
    socket.on('error', onClosed)
    socket.on('close', onClosed)
  }

  #read(byte: Buffer): void {
    this.#reading.push(byte)
    this.#rest += byte.latin1Slice(0, 1)
    if (!this.#reading.isOver) return
    this.#responses.push(this.#reading.messages.at(-1)!)
    this.#reading.close()
    this.#rest = ''
    this.#reading = new NodeReading({ method: this.#methods[this.#responses.length] ?? 'GET' })
  }

  get received(): Received {
    return { responses: this.#responses, rest: this.#rest, closed: this.#closed }
  }

  close(): void {
    this.#reading.close()
  }
}

/** How many responses a reading of requests is due: one for each that is whole, and one refusal. */
export function dueResponses({ messages, refusal }: Reading): number {
  return messages.filter(({ complete }) => complete).length + (refusal === undefined ? 0 : 1)
}
