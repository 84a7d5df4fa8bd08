// Reads the responses on one connection, as cheaply as a client can that has to know where each one ends. It trusts the
// framing it is given: whether that may be trusted is the subject of other tests.

/** One response. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** Splits the bytes of a connection, one octet per character, into responses. */
export class AnswerReader {
  #text = ''

  push(text: string): void {
    this.#text = this.#text === '' ? text : this.#text + text
  }

  /** Takes what came after the last whole response. */
  takeRest(): string {
    const rest = this.#text
    this.#text = ''
    return rest
  }

  /** The next whole response; `undefined` until it is there. */
  next(): Answer | undefined {
    const headEnd = this.#text.indexOf('\r\n\r\n') + 4
    if (headEnd < 4) return undefined
    const head = this.#text.slice(0, headEnd)
    const status = Number(head.slice(9, 12))
    const length = /\r\nContent-Length: (\d+)\r\n/.exec(head)?.[1]
    if (length === undefined && status !== 101) return this.#nextChunked(status, headEnd)
    const end = headEnd + Number(length ?? 0)
    if (this.#text.length < end) return undefined
    return this.#take(status, this.#text.slice(headEnd, end), end)
  }

  #nextChunked(status: number, headEnd: number): Answer | undefined {
    let body = ''
    for (let position = headEnd; ; ) {
      const lineEnd = this.#text.indexOf('\r\n', position)
      if (lineEnd === -1) return undefined
      const size = Number.parseInt(this.#text.slice(position, lineEnd), 16)
      position = lineEnd + 2 + size + 2
      if (this.#text.length < position) return undefined
      if (size === 0) return this.#take(status, body, position)
      body += this.#text.slice(lineEnd + 2, position - 2)
    }
  }

  #take(status: number, body: string, end: number): Answer {
    this.#text = this.#text.slice(end)
    return { status, body }
  }
}
