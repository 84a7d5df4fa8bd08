// The second oracle: a backend that records bytes per connection and answers each request by naming its target, so that an
// answer in the wrong place shows. It believes nothing: what Portico sent has to be in Portico's own spelling.
import { startRecordingBackend } from '../../support/raw-backend.ts'
import { servedBody } from './own-request.ts'
import { readMessages, type WrittenMessage } from './read-messages.ts'

export interface WireBackendOptions {
  /** Answers as soon as the head is there, before the body. */
  readonly answersEarly?: boolean
  /** Ends every connection behind its first answer: the pool is cold for every request. */
  readonly closes?: boolean
}

/** What came over all connections since the last look. */
export interface Recorded {
  readonly whole: readonly WrittenMessage[]
  /** Beginnings of requests that never became whole. */
  readonly unfinished: readonly string[]
}

export interface WireBackend {
  /** `127.0.0.1:port`. */
  readonly address: string
  /** Resolves once no connection has half a request any more, with what came since the last call. */
  take(): Promise<Recorded>
}

/** The target of a request line. */
export function targetOf(line: string): string {
  return line.split(' ')[1]!
}

interface Recording {
  received: string
  /** Where the requests begin that nobody has looked at. */
  seen: number
  answered: number
  open: boolean
}

/** Starts one on a free port. */
export async function startWireBackend(options: WireBackendOptions = {}): Promise<WireBackend> {
  const recordings: Recording[] = []
  const connectionLine = options.closes === true ? 'Connection: close\r\n' : ''
  const backend = await startRecordingBackend((socket, received, index) => {
    let recording = recordings[index]
    if (recording === undefined) {
      recording = { received: '', seen: 0, answered: 0, open: true }
      recordings[index] = recording
      const opened = recording
      socket.on('close', () => {
        opened.open = false
      })
    }
    recording.received = received
    const { whole, begun } = readMessages(received)
    const lines = whole.map(({ line }) => line)
    if (options.answersEarly === true && begun !== undefined) lines.push(begun)
    for (const line of lines.slice(recording.answered)) {
      const body = servedBody(targetOf(line))
      socket.write(
        `HTTP/1.1 200 OK\r\n${connectionLine}Content-Length: ${body.length}\r\n\r\n${body}`,
        'latin1',
      )
      if (options.closes === true) socket.end()
    }
    recording.answered = lines.length
  })
  const isHalf = ({ received, seen, open }: Recording) =>
    open && readMessages(received.slice(seen)).rest !== ''
  return {
    address: backend.address,
    async take() {
      await backend.until(() => !recordings.some(isHalf))
      const taken = recordings.map(recording => {
        const { whole, rest } = readMessages(recording.received.slice(recording.seen))
        recording.seen = recording.received.length
        return { whole, rest }
      })
      return {
        whole: taken.flatMap(({ whole }) => whole),
        unfinished: taken.map(({ rest }) => rest).filter(rest => rest !== ''),
      }
    },
  }
}
