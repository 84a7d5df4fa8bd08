// Sends requests as they are written to a running proxy, and takes what comes back. Nothing is followed or repeated.
import { createHash } from 'node:crypto'
import { buildConnector, Client } from 'undici'
import type { AskedRequest } from '../explain/asked-request.ts'
import { askedOf } from './asked-of.ts'
import type { CaseRequest } from './expectation.ts'

/** Where the requests go. */
export interface LiveAddresses {
  /** Origin for requests over HTTP, `http://127.0.0.1:8080`; `undefined`: such requests can not be sent. */
  readonly http: string | undefined
  /** The same over HTTPS. */
  readonly https: string | undefined
  /** PEM of the authorities to believe; `undefined`: those that Node knows. */
  readonly ca: string | undefined
  /** Take any certificate. */
  readonly insecure: boolean
}

/** What came back. */
export interface LiveAnswer {
  readonly status: number
  /** By lower-case name; of a field sent twice, both values. */
  readonly fields: ReadonlyMap<string, string>
  readonly bodyBytes: number
  /** SHA-256 of the body, in hex. */
  readonly bodyHash: string
}

/** An answer that takes longer is none. */
const timeoutMs = 10_000
/** A longer body is given up, and the answer with it. */
const maxBodyBytes = 64 * 1024 * 1024

/** Connections to one proxy: one for each server name, kept open until it is closed. */
export class LiveClient {
  readonly #addresses: LiveAddresses
  readonly #clients = new Map<string, Client>()

  constructor(addresses: LiveAddresses) {
    this.#addresses = addresses
  }

  /** Sends a request, with a body of zeros where a Content-Length says how long; `problem`: why there is no answer, as a clause. Never rejects. */
  async send(request: CaseRequest): Promise<LiveAnswer | { readonly problem: string }> {
    if (request.clientIp !== undefined)
      return { problem: 'it comes from another address, which can only be tried offline' }
    const asked = askedOf(request)
    if ('problem' in asked) return asked
    const client = this.#clientFor(asked.value)
    const scheme = asked.value.secure ? 'https' : 'http'
    if (client === undefined) return { problem: `there is no address for ${scheme}` }
    try {
      return await exchange(client, asked.value)
    } catch (error) {
      return { problem: `no answer: ${reasonOf(error)}` }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(client => client.destroy()))
  }

  #clientFor(asked: AskedRequest): Client | undefined {
    const origin = asked.secure ? this.#addresses.https : this.#addresses.http
    if (origin === undefined) return undefined
    const key = `${origin} ${asked.serverName}`
    const client = this.#clients.get(key) ?? createClient(origin, asked, this.#addresses)
    this.#clients.set(key, client)
    return client
  }
}

/** Without Node's advice about flags of its own; with ours where a certificate is not believed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isDisbelieved = /^(?:unable to|self-signed|certificate)\b/.test(error.message)
  return isDisbelieved ? `${error.message.split(';', 1)[0]} (-k takes any certificate)` : error.message
}

function createClient(origin: string, { serverName }: AskedRequest, { ca, insecure }: LiveAddresses): Client {
  const connect = buildConnector({
    allowH2: false,
    timeout: timeoutMs,
    rejectUnauthorized: !insecure,
    ...(ca !== undefined && { ca }),
  })
  return new Client(origin, {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // undici would ask the handshake for the name in the Host field, whatever its options say.
    connect: ({ servername: _, ...options }, callback) =>
      connect(serverName === undefined ? options : { ...options, servername: serverName }, callback),
  })
}

async function exchange(client: Client, asked: AskedRequest): Promise<LiveAnswer> {
  const { method, target, authority, fields } = asked
  const sent = fields.filter(([name]) => name.toLowerCase() !== 'content-length')
  const { statusCode, headers, body } = await client.request({
    method: method as 'GET',
    path: target,
    // Where the proxy runs with --dev it says what it has decided; elsewhere the field means nothing.
    headers: ['Host', authority, 'X-Portico-Explain', '1', ...sent.flat()],
    body: bodyOf(asked),
  })
  const hash = createHash('sha256')
  let bodyBytes = 0
  for await (const chunk of body) {
    bodyBytes += (chunk as Buffer).length
    if (bodyBytes > maxBodyBytes) throw new Error(`its body has more than ${maxBodyBytes} bytes`)
    hash.update(chunk as Buffer)
  }
  const listed = Object.entries(headers).map(
    ([name, value]) => [name, [value ?? ''].flat().join(', ')] as const,
  )
  return { status: statusCode, fields: new Map(listed), bodyBytes, bodyHash: hash.digest('hex') }
}

/** Cases speak of lengths, not of content: so many zero bytes. */
function bodyOf({ fields }: AskedRequest): Buffer | null {
  const length = fields.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? ''
  return /^\d{1,9}$/.test(length) && Number(length) <= maxBodyBytes ? Buffer.alloc(Number(length)) : null
}
