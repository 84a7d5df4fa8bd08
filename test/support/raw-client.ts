// A client that sends exactly the bytes it is given and shows exactly the bytes it gets.
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'

export interface RawClient {
  readonly socket: Socket
  /** Everything received so far, one octet per character. */
  readonly received: string
  readonly closed: boolean
  send(text: string): void
  /** Resolves with all that was received once `condition` holds for it; rejects when the connection ends before. */
  until(condition: (received: string) => boolean): Promise<string>
  /** Resolves with all that was received once the other side has closed. */
  untilClosed(): Promise<string>
}

/** Connects to a port of this machine, over TLS if it is told a server name; the connection is cut when the test is over. */
export async function rawClient(port: number, servername?: string): Promise<RawClient> {
  const options = { host: '127.0.0.1', port, allowHalfOpen: true }
  const isTls = servername !== undefined
  const socket = isTls ? connectTls({ ...options, servername, rejectUnauthorized: false }) : connect(options)
  onTestFinished(() => {
    socket.destroy()
  })
  let received = ''
  let closed = false
  const watchers = new Set<() => void>()
  const wake = () => {
    for (const watcher of [...watchers]) watcher()
  }
  const onClosed = () => {
    closed = true
    wake()
  }
  socket.on('data', chunk => {
    received += (chunk as Buffer).toString('latin1')
    wake()
  })
  socket.on('error', onClosed)
  socket.on('end', onClosed)
  socket.on('close', onClosed)
  await new Promise<void>((resolve, reject) => {
    socket.once(isTls ? 'secureConnect' : 'connect', resolve)
    socket.once('error', reject)
  })
  const wait = (isDone: () => boolean, isLost: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const watcher = () => {
        if (!isDone() && !isLost()) return
        watchers.delete(watcher)
        if (isDone()) resolve(received)
        else reject(new Error(`the connection ended after: ${JSON.stringify(received)}`))
      }
      watchers.add(watcher)
      watcher()
    })
  return {
    socket,
    get received() {
      return received
    },
    get closed() {
      return closed
    },
    send: text => {
      socket.write(text, 'latin1')
    },
    until: condition =>
      wait(
        () => condition(received),
        () => closed,
      ),
    untilClosed: () =>
      wait(
        () => closed,
        () => false,
      ),
  }
}
