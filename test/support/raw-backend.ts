// A backend that sends exactly the bytes it is told to and shows exactly the bytes it got: for everything that a
// well-behaved server would not do.
import type { Socket } from 'node:net'
import { startRawBackend, type TestBackend } from './backend.ts'

export interface RawBackend extends TestBackend {
  /** Everything received so far, over all connections, one octet per character. */
  readonly received: string
  /** How many connections are open. */
  readonly openConnections: number
  /** Resolves with all that was received once `condition` holds; asked again whenever bytes come or a connection closes. */
  until(condition: (received: string) => boolean): Promise<string>
}

/** What a raw backend does with bytes: `received` is all that came over this connection, `index` counts connections. */
export type OnReceived = (socket: Socket, received: string, index: number) => void

/** Starts a backend that calls `onReceived` for each piece that arrives. */
export async function startRecordingBackend(onReceived: OnReceived = () => {}): Promise<RawBackend> {
  let received = ''
  let openConnections = 0
  const watchers = new Set<() => void>()
  const wake = () => {
    for (const watcher of [...watchers]) watcher()
  }
  const backend = await startRawBackend((socket, index) => {
    let own = ''
    openConnections++
    socket.on('data', chunk => {
      const text = (chunk as Buffer).toString('latin1')
      received += text
      own += text
      onReceived(socket, own, index)
      wake()
    })
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      openConnections--
      wake()
    })
  })
  return {
    ...backend,
    get received() {
      return received
    },
    get openConnections() {
      return openConnections
    },
    until: condition =>
      new Promise(resolve => {
        const watcher = () => {
          if (!condition(received)) return
          watchers.delete(watcher)
          resolve(received)
        }
        watchers.add(watcher)
        watcher()
      }),
  }
}

/** Starts a backend that answers every request head with these bytes; the second argument tells what to do after them. */
export function startAnsweringBackend(
  answer: string | ((requestIndex: number) => string),
  after: (socket: Socket) => void = () => {},
): Promise<RawBackend> {
  const answered = new Map<Socket, number>()
  let requestIndex = 0
  return startRecordingBackend((socket, received) => {
    const heads = received.split('\r\n\r\n').length - 1
    for (let done = answered.get(socket) ?? 0; done < heads; done++) {
      answered.set(socket, done + 1)
      socket.write(typeof answer === 'string' ? answer : answer(requestIndex++), 'latin1')
      after(socket)
    }
  })
}

/** A response with a body of known length. */
export function okResponse(body: string, ...lines: string[]): string {
  return ['HTTP/1.1 200 OK', ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n')
}
