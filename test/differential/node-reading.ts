// What Node's own parser (llhttp, strict) makes of bytes, with the answers that `node:http`'s server and client give it.

import { HTTPParser } from 'node:_http_common'
import { METHODS } from 'node:http'
import { announcedFraming, bytesOf, type Message, type Pair, type Reading } from './reading.ts'

/** Node's own default, and ours. */
const maxHeaderBytes = 16 * 1024
const strict = 0
/** What `onHeadersComplete` may tell the parser. */
const Verdict = { readBody: 0, skipBody: 1, otherProtocol: 2 } as const

/** What the parser tells of a head, in its own order. */
type HeadArguments = [
  major: number,
  minor: number,
  fields: string[] | undefined,
  method: number | undefined,
  url: string | undefined,
  status: number | undefined,
  reason: string | undefined,
  upgrade: boolean,
  keepAlive: boolean,
]

/** Reads requests as Node's server does. */
export function readRequestsAsNode(pieces: readonly Buffer[]): Reading {
  return readAsNode(new NodeReading('requests'), pieces)
}

/** Reads what answers a request of this method as Node's client does, up to its final response; then the backend closes. */
export function readResponseAsNode(pieces: readonly Buffer[], method: string): Reading {
  return readAsNode(new NodeReading({ method }), pieces)
}

function readAsNode(reading: NodeReading, pieces: readonly Buffer[]): Reading {
  for (const piece of pieces) reading.push(piece)
  reading.close()
  return reading
}

/** A reading in the making. To be closed, as the parser is a native object. */
export class NodeReading implements Reading {
  readonly messages: Message[] = []
  refusal: string | undefined
  readonly #parser = new HTTPParser()
  readonly #isRequest: boolean
  readonly #method: string
  #fields: string[] = []
  #url = ''
  #given = 0
  #over = false

  constructor(side: 'requests' | { readonly method: string }) {
    this.#isRequest = side === 'requests'
    this.#method = side === 'requests' ? '' : side.method
    const parser = this.#parser
    parser.initialize(this.#isRequest ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, maxHeaderBytes, strict)
    parser[HTTPParser.kOnHeaders | 0] = (fields: string[], url: string) => {
      this.#fields.push(...fields)
      this.#url += url
    }
    parser[HTTPParser.kOnHeadersComplete | 0] = (...head: HeadArguments) => this.#onHead(head)
    parser[HTTPParser.kOnBody | 0] = (chunk: Buffer) => {
      this.messages.at(-1)!.body += chunk.latin1Slice(0, chunk.length)
    }
    parser[HTTPParser.kOnMessageComplete | 0] = () => this.#onEnd()
  }

  /** Whether a message has ended after which nothing is read: a final response, a last request, a change of protocol. */
  get isOver(): boolean {
    return this.#over
  }

  /** Reads on, unless something was refused or the reading is over. */
  push(piece: Buffer): void {
    if (this.#over || this.refusal !== undefined) return
    this.#given += piece.length
    const result = this.#parser.execute(piece)
    if (typeof result !== 'number' && !this.#over) this.refusal = result.code
  }

  /** The peer has closed; for a response that may be its end. */
  close(): void {
    if (!this.#isRequest && !this.#over && this.refusal === undefined)
      this.refusal = this.#parser.finish()?.code
    this.#parser.close()
  }

  #onHead([major, minor, fields, method, url, status, reason, upgrade, keepAlive]: HeadArguments): number {
    // A piece may hold more than the message that was the last one.
    if (this.#over) return Verdict.skipBody
    const pairs = pairsOf(this.#takeFields(fields))
    const version = `${major}.${minor}`
    const isInterim = !this.#isRequest && status! < 200
    // After a 101 without Upgrade the parser reads on only if it gets what follows in another piece: nothing is made of that.
    const isUpgrade = this.#isRequest ? upgrade : status === 101
    const name = methodName(method)
    const start = this.#isRequest
      ? [name, ...splitTarget(name, this.#url || url!, pairs), version]
      : [String(status), reason!, version]
    const isBodyless = isInterim || this.#method === 'HEAD' || status === 204 || status === 304
    const unframed = this.#isRequest ? 'none' : 'untilClose'
    this.messages.push({
      start,
      fields: pairs,
      framing: isBodyless ? 'none' : announcedFraming(pairs, unframed),
      body: '',
      trailers: [],
      keepAlive,
      upgrade: isUpgrade,
      complete: false,
      end: -1,
    })
    this.#url = ''
    if (isUpgrade) return Verdict.otherProtocol
    return isInterim || this.#method === 'HEAD' ? Verdict.skipBody : Verdict.readBody
  }

  #onEnd(): void {
    if (this.#over) return
    const message = this.messages.at(-1)!
    message.trailers = pairsOf(this.#takeFields(undefined))
    this.#url = ''
    message.complete = true
    message.end = this.#given
    const isFinal = !this.#isRequest && Number(message.start[0]) >= 200
    this.#over = isFinal || message.upgrade || (this.#isRequest && !message.keepAlive)
  }

  /** Long lists of fields come in several parts. */
  #takeFields(last: string[] | undefined): string[] {
    const fields = last === undefined ? this.#fields : [...this.#fields, ...last]
    this.#fields = []
    return fields
  }
}

function pairsOf(flat: readonly string[]): Pair[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const)
}

/** Path and authority of a target as RFC 9112 §3.2 wants them, written down independently of `src/`. */
function splitTarget(
  method: string,
  url: string,
  fields: readonly Pair[],
): [target: string, authority: string] {
  const host = fields.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? ''
  if (url.startsWith('/') || url === '*' || !url.includes('://')) return [url, host]
  const [, authority, rest] = /^[^:]*:\/\/([^/?]*)(.*)$/s.exec(url)!
  // RFC 9112 §3.2.4: what is asked of the server as a whole.
  if (method === 'OPTIONS' && rest === '') return ['*', authority!]
  return [rest!.startsWith('/') ? rest! : `/${rest}`, authority!]
}

const methodNames = new Map<number, string>()

function methodName(number: number | undefined): string {
  if (number === undefined) return ''
  if (methodNames.size === 0) learnMethods()
  return methodNames.get(number) ?? `method ${number}`
}

/** The parser numbers methods in an order of its own: it is asked for each. */
function learnMethods(): void {
  for (const name of METHODS) {
    const parser = new HTTPParser()
    parser.initialize(HTTPParser.REQUEST, {}, maxHeaderBytes, strict)
    parser[HTTPParser.kOnHeadersComplete | 0] = (...head: HeadArguments) => {
      methodNames.set(head[3]!, name)
      return Verdict.otherProtocol
    }
    parser.execute(bytesOf(`${name} ${name === 'CONNECT' ? 'a:1' : '/'} HTTP/1.1\r\n\r\n`))
    parser.close()
  }
}
