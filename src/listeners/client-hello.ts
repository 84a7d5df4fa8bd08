// The first message of a TLS client, read without answering it: which host it asks for and which protocols it offers. Enough
// to choose who answers; everything else about the handshake is OpenSSL's.

/** What the first bytes of a connection are. */
export type ClientHelloReading =
  /** They may become a ClientHello. */
  | { readonly kind: 'incomplete' }
  /** They are none: let the TLS server refuse them with the alert it has for that. */
  | { readonly kind: 'invalid' }
  | ({ readonly kind: 'hello' } & ClientHello)

/** The part of a ClientHello (RFC 8446 §4.1.2) that is readable by anybody. */
export interface ClientHello {
  /** From server_name (RFC 6066 §3): lower case, no trailing dot; `undefined` when the client named none. */
  readonly serverName: string | undefined
  /** From ALPN (RFC 7301), in the client's order. */
  readonly protocols: readonly string[]
}

/** More bytes than any client sends (key shares of post-quantum groups make about 2,000); what is longer is `invalid`. */
export const maxClientHelloBytes = 16 * 1024

const recordHeaderBytes = 5
const handshakeHeaderBytes = 4
const maxRecordBytes = 16 * 1024
const handshakeRecord = 22
const clientHelloMessage = 1
const serverNameExtension = 0
const alpnExtension = 16
const incomplete: ClientHelloReading = { kind: 'incomplete' }
const invalid: ClientHelloReading = { kind: 'invalid' }

/** Reads what has come so far, from the connection's first byte. Never throws; copies nothing but names. */
export function readClientHello(bytes: Buffer): ClientHelloReading {
  const message = joinRecords(bytes)
  if (message === undefined) return invalid
  if (message.length > 0 && message[0] !== clientHelloMessage) return invalid
  if (message.length < handshakeHeaderBytes) return orInvalid(bytes)
  const end = handshakeHeaderBytes + message.readUIntBE(1, 3)
  if (end > maxClientHelloBytes) return invalid
  if (message.length < end) return orInvalid(bytes)
  try {
    return { kind: 'hello', ...readBody(new Cursor(message.subarray(handshakeHeaderBytes, end))) }
  } catch (error) {
    if (error instanceof MalformedHello) return invalid
    throw error
  }
}

function orInvalid(bytes: Buffer): ClientHelloReading {
  return bytes.length > maxClientHelloBytes ? invalid : incomplete
}

/** The handshake bytes in the records that have come; a message may be cut anywhere (RFC 8446 §5.1). `undefined`: not TLS. */
function joinRecords(bytes: Buffer): Buffer | undefined {
  const fragments: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== handshakeRecord) return fragments.length > 0 ? Buffer.concat(fragments) : undefined
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return undefined
    if (at + recordHeaderBytes > bytes.length) break
    const length = bytes.readUInt16BE(at + 3)
    if (length === 0 || length > maxRecordBytes) return undefined
    const start = at + recordHeaderBytes
    fragments.push(bytes.subarray(start, Math.min(start + length, bytes.length)))
    at = start + length
  }
  return fragments.length === 1 ? fragments[0] : Buffer.concat(fragments)
}

function readBody(hello: Cursor): ClientHello {
  // Version and random.
  hello.skip(2 + 32)
  hello.skip(hello.uint8())
  hello.skip(hello.uint16())
  hello.skip(hello.uint8())
  let serverName: string | undefined
  let protocols: readonly string[] | undefined
  // Without extensions a ClientHello of TLS 1.2 ends here.
  const extensions = hello.isAtEnd ? hello : hello.vector16()
  while (!extensions.isAtEnd) {
    const type = extensions.uint16()
    const data = extensions.vector16()
    if (type === serverNameExtension) {
      // A second one would leave open which of them another reader believes.
      if (serverName !== undefined) throw new MalformedHello()
      serverName = readServerName(data)
    } else if (type === alpnExtension) {
      if (protocols !== undefined) throw new MalformedHello()
      protocols = readProtocols(data)
    }
  }
  return { serverName, protocols: protocols ?? [] }
}

function readServerName(data: Cursor): string {
  const list = data.vector16()
  // Only host names are defined, and only one of them may be named.
  if (list.uint8() !== 0) throw new MalformedHello()
  const name = list.vector16().text()
  if (name === '' || name.length > 255 || /[^\x21-\x7e]/.test(name)) throw new MalformedHello()
  return name.toLowerCase().replace(/\.$/, '')
}

function readProtocols(data: Cursor): string[] {
  const list = data.vector16()
  const protocols: string[] = []
  while (!list.isAtEnd) protocols.push(list.vector8().text())
  return protocols
}

class MalformedHello extends Error {}

/** A place in a message; reading past its end throws `MalformedHello`. */
class Cursor {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  skip(count: number): void {
    this.#take(count)
  }

  uint8(): number {
    return this.#take(1)[0]!
  }

  uint16(): number {
    return this.#take(2).readUInt16BE(0)
  }

  /** A vector whose length stands before it in one byte. */
  vector8(): Cursor {
    return new Cursor(this.#take(this.uint8()))
  }

  /** The same with two bytes. */
  vector16(): Cursor {
    return new Cursor(this.#take(this.uint16()))
  }

  /** All of it. */
  text(): string {
    return this.#bytes.latin1Slice()
  }

  #take(count: number): Buffer {
    const end = this.#at + count
    if (end > this.#bytes.length) throw new MalformedHello()
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
