// A client that gives every request a token and expects it back in the answer: cheap enough that the proxy, not the
// client, is what a long run measures.
import { connect, type Socket } from 'node:net'
import { AnswerReader } from './answer-reader.ts'

/** What the answer to one request has to be. */
export interface ExpectedAnswer {
  readonly status: number
  /** The whole body of a 200, part of any other. */
  readonly token: string
}

/** One connection of a client that checks every answer it gets. */
export class TokenClient {
  readonly name: string
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  #lastToken = 0
  #expected: readonly ExpectedAnswer[] = []
  #answered = 0
  /** Bytes that came after all that was expected. */
  #surplus = ''
  #isClosed = false
  #failure: Error | undefined
  #wake = () => {}

  /** Use `openTokenClient`. */
  constructor(socket: Socket, name: string) {
    this.#socket = socket
    this.name = name
    socket.setEncoding('latin1')
    socket.on('data', text => this.#onData(String(text)))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isClosed = true
      this.#wake()
    })
  }

  /** A token that no other request has. */
  nextToken(): string {
    return `${this.name}-${this.#lastToken++}`
  }

  /** Sends so many requests in one write, as `send` does. */
  ask(count: number, host = 'token.test'): Promise<void> {
    let text = ''
    const expected: ExpectedAnswer[] = []
    for (let i = 0; i < count; i++) {
      const token = this.nextToken()
      text += `GET /ok/${token} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
      expected.push({ status: 200, token })
    }
    return this.send(text, expected)
  }

  /** Writes this and resolves when exactly these answers have come, in this order; rejects at any other. */
  send(text: string, expected: readonly ExpectedAnswer[]): Promise<void> {
    this.expectNoSurplus()
    this.#expected = expected
    this.#answered = 0
    this.write(text)
    return this.#until(() => this.#answered === expected.length, `${expected.length} answers`)
  }

  /** Writes without expecting anything. */
  write(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  /** Throws if anything came that nobody asked for. */
  expectNoSurplus(): void {
    if (this.#surplus !== '') throw new Error(`${this.name}: not asked for: ${this.#surplus}`)
  }

  /** Resolves once all that came after the last expected answer fulfils a condition; rejects when that can not be any more. */
  async untilSurplus(condition: (surplus: string) => boolean): Promise<string> {
    await this.#until(() => condition(this.#surplus), 'more bytes')
    return this.#surplus
  }

  /** Resolves with the surplus when the other side has closed. */
  async untilClosed(): Promise<string> {
    await this.#until(() => this.#isClosed, 'the end')
    return this.#surplus
  }

  /** Sends the end and resolves when the connection is closed. */
  async close(): Promise<void> {
    this.#socket.end()
    await this.untilClosed()
  }

  /** Gives the connection up. */
  async abort(kind: 'fin' | 'reset'): Promise<void> {
    if (kind === 'reset') this.#socket.resetAndDestroy()
    else this.#socket.destroy()
    await this.untilClosed()
  }

  #onData(text: string): void {
    if (this.#answered === this.#expected.length) this.#surplus += text
    else this.#readAnswers(text)
    this.#wake()
  }

  #readAnswers(text: string): void {
    this.#reader.push(text)
    while (this.#answered < this.#expected.length) {
      const answer = this.#reader.next()
      if (answer === undefined) return
      const { status, token } = this.#expected[this.#answered++]!
      const isRight = status === 200 ? answer.body === token : answer.body.includes(token)
      if (answer.status === status && isRight) continue
      this.#failure = new Error(`${this.name}: not ${status} ${token} but ${answer.status} ${answer.body}`)
      this.#socket.destroy()
      return
    }
    this.#surplus += this.#reader.takeRest()
  }

  async #until(isDone: () => boolean, what: string): Promise<void> {
    while (!isDone()) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#isClosed)
        throw new Error(`${this.name}: closed, while waiting for ${what}: ${this.#progress}`)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  get #progress(): string {
    const next = JSON.stringify(this.#expected[this.#answered])
    return `${this.#answered} answers came, next is ${next}, and ${this.#surplus.length} bytes after`
  }
}

/** Connects; the name is part of all its tokens. */
export async function openTokenClient(port: number, name: string): Promise<TokenClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return new TokenClient(socket, name)
}
