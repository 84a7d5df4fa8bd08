// Reads messages that Portico itself wrote, in the one spelling it writes them in: whatever else is there is an error. The
// reader of what the backend got and of what the client got, so neither side can be fooled by a second meaning.

export interface WrittenMessage {
  /** Request line or status line. */
  readonly line: string
  readonly fields: readonly string[]
  readonly framing: 'none' | 'chunked' | `length ${number}`
  readonly body: string
  /** Lines behind the last chunk. */
  readonly trailers: string
}

export interface WrittenMessages {
  readonly whole: readonly WrittenMessage[]
  /** Start line of a message that is not whole yet, once its head is. */
  readonly begun: string | undefined
  /** What follows the last whole message. */
  readonly rest: string
}

const headPattern = /^([^\r\n\0]+)\r\n((?:[\w!#$%&'*+.^`|~-]+:(?: ?[^ \t\r\n\0][^\r\n\0]*| )?\r\n)*)\r\n/
const trailerPattern = /^(?:[\w!#$%&'*+.^`|~-]+:(?: ?[^ \t\r\n\0][^\r\n\0]*| )?\r\n)*\r\n/

/** All messages of a text. Throws on anything that Portico would not write. */
export function readMessages(text: string): WrittenMessages {
  const whole: WrittenMessage[] = []
  for (let rest = text; ; ) {
    const head = headPattern.exec(rest)
    if (head === null) {
      if (rest.includes('\r\n\r\n')) throw new Error(`not a head of ours: ${JSON.stringify(rest)}`)
      return { whole, begun: undefined, rest }
    }
    const line = head[1]!
    const fields = head[2]!.split('\r\n').slice(0, -1)
    const message = readBody(line, fields, rest.slice(head[0].length))
    if (message === undefined) return { whole, begun: line, rest }
    whole.push(message.message)
    rest = message.rest
  }
}

/** `undefined`: not whole. */
function readBody(
  line: string,
  fields: readonly string[],
  text: string,
): { message: WrittenMessage; rest: string } | undefined {
  const framings = fields.filter(field => /^(?:content-length|transfer-encoding):/i.test(field))
  if (framings.length > 1) throw new Error(`more than one framing: ${framings.join(' and ')}`)
  const framing = framings[0]
  if (framing === undefined || /^HTTP\/1\.1 (?:1\d\d|204|304) /.test(line)) {
    return { message: { line, fields, framing: 'none', body: '', trailers: '' }, rest: text }
  }
  if (framing === 'Transfer-Encoding: chunked') return readChunks(line, fields, text)
  const length = /^Content-Length: (0|[1-9]\d*)$/.exec(framing)?.[1]
  if (length === undefined) throw new Error(`not a framing of ours: ${framing}`)
  const body = text.slice(0, Number(length))
  if (body.length < Number(length)) return undefined
  const message: WrittenMessage = { line, fields, framing: `length ${body.length}`, body, trailers: '' }
  return { message, rest: text.slice(body.length) }
}

function readChunks(
  line: string,
  fields: readonly string[],
  text: string,
): { message: WrittenMessage; rest: string } | undefined {
  let body = ''
  for (let rest = text; ; ) {
    const size = /^(0|[1-9a-f][0-9a-f]*)\r\n/.exec(rest)
    if (size === null) {
      if (rest.includes('\r\n')) throw new Error(`not a chunk size of ours: ${JSON.stringify(rest)}`)
      return undefined
    }
    const length = Number.parseInt(size[1]!, 16)
    const behind = rest.slice(size[0].length)
    if (length === 0) {
      const trailers = trailerPattern.exec(behind)?.[0]
      if (trailers === undefined) return undefined
      const message: WrittenMessage = {
        line,
        fields,
        framing: 'chunked',
        body,
        trailers: trailers.slice(0, -2),
      }
      return { message, rest: behind.slice(trailers.length) }
    }
    if (behind.length < length + 2) return undefined
    if (!behind.startsWith('\r\n', length)) throw new Error('a chunk does not end where its size says')
    body += behind.slice(0, length)
    rest = behind.slice(length + 2)
  }
}
