// A backend that answers a request for `/ok/TOKEN` with its token, and misbehaves where another first segment says so.
import type { Socket } from 'node:net'
import { startRawBackend, type TestBackend } from '../support/backend.ts'

/** What a backend does with a request, once the whole of it is there. */
type Behaviour = (socket: Socket, token: string) => void

/** A running backend. */
export interface TokenBackend extends TestBackend {
  /** Requests whose client gave up in the middle and that came to the backend as complete all the same. */
  readonly forgedUploads: number
}

/** Starts one; `hold` may put the answer to a request for `/ok/` off. */
export function startTokenBackend(
  hold: (answer: () => void) => void = answer => answer(),
): Promise<TokenBackend> {
  let forgedUploads = 0
  const behaviours: Readonly<Record<string, Behaviour>> = {
    ...faults,
    ok: (socket, token) => hold(() => answer(socket, token)),
    upload: answer,
    aborted: () => {
      forgedUploads++
    },
  }
  return startRawBackend(socket => serve(socket, behaviours)).then(backend => ({
    ...backend,
    get forgedUploads() {
      return forgedUploads
    },
  }))
}

/** Idle connections are given up a second before the backend says it will, which is how a test sees them go. */
const okHead = 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\n'

function okText(body: string): string {
  return `${okHead}Content-Length: ${body.length}\r\n\r\n${body}`
}

function answer(socket: Socket, token: string): void {
  socket.write(okText(token), 'latin1')
}

const downloadBytes = 1024 * 1024
const downloadBody = 'x'.repeat(downloadBytes)

/** First segment of a path → what goes wrong. */
const faults: Readonly<Record<string, Behaviour>> = {
  chunked: (socket, token) =>
    socket.write(
      `${okHead}Transfer-Encoding: chunked\r\n\r\n${token.length.toString(16)}\r\n${token}\r\n0\r\n\r\n`,
    ),
  // The end comes with the answer and without a word: whoever uses the connection again meets a reset.
  leaving: (socket, token) => socket.end(okText(token)),
  surplus: (socket, token) => socket.write(`${okText(token)}HTTP/1.1 200 OK\r\n`),
  reset: socket => socket.resetAndDestroy(),
  garbage: socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n12'),
  never: () => {},
  short: (socket, token) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${token}`),
  download: socket =>
    socket.write(`${okHead}Content-Length: ${downloadBytes}\r\n\r\n${downloadBody}`, 'latin1'),
  upgrade: (socket, token) => {
    socket.removeAllListeners('data')
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n${token}`)
    socket.on('data', piece => socket.write(piece))
  },
}

/** Reads requests one after the other; Portico never sends one before the last was answered. */
function serve(socket: Socket, behaviours: Readonly<Record<string, Behaviour>>): void {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', piece => {
    text += piece
    const headEnd = text.indexOf('\r\n\r\n') + 4
    if (headEnd < 4) return
    const [, behaviour, token] = text.slice(0, text.indexOf(' HTTP/')).split('/')
    if (behaviour === 'early') return refuseEarly(socket, token!)
    if (!isWhole(text, headEnd)) return
    text = ''
    behaviours[behaviour!]!(socket, token!)
  })
  socket.on('end', () => socket.end())
}

/** Answers before the body was read, which nobody wants any more. */
function refuseEarly(socket: Socket, token: string): void {
  socket.removeAllListeners('data')
  socket.resume()
  const fields = `Connection: close\r\nContent-Length: ${token.length}`
  socket.end(`HTTP/1.1 401 Unauthorized\r\n${fields}\r\n\r\n${token}`)
}

function isWhole(text: string, headEnd: number): boolean {
  const method = text.charCodeAt(0)
  if (method === getInitial) return true
  const head = text.slice(0, headEnd)
  const length = /\r\nContent-Length: (\d+)\r\n/i.exec(head)?.[1]
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= headEnd + Number(length)
}

const getInitial = 'G'.charCodeAt(0)
