// What a parser makes of the bytes of a connection, in one form for every parser. Holds no opinion on who is right.

/** A field as it stands: name in its own spelling, value without surrounding blanks. */
export type Pair = readonly [name: string, value: string]

/** A message, whole or as far as its bytes went. */
export interface Message {
  /** Request: method, target, authority, version. Response: status, reason, version. */
  readonly start: readonly string[]
  readonly fields: readonly Pair[]
  /** `none`, `length N`, `chunked` or `untilClose`. */
  readonly framing: string
  /** Decoded, one octet per character. */
  body: string
  trailers: readonly Pair[]
  /** Whether another message may follow on the connection. */
  keepAlive: boolean
  /** Whether it asks for, or grants, another protocol: what follows it is no message. */
  readonly upgrade: boolean
  complete: boolean
  /** Number of bytes given to the parser when the message was found to be over; only exact when given one by one. */
  end: number
}

/** All that came of a connection's bytes. */
export interface Reading {
  readonly messages: readonly Message[]
  /** Why the parser reads no further, if it refused something. */
  readonly refusal: string | undefined
}

/** Latin-1 bytes in one piece. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** The same bytes in two pieces. */
export function splitAt(bytes: Buffer, position: number): Buffer[] {
  return [bytes.subarray(0, position), bytes.subarray(position)]
}

/** The same bytes one by one. */
export function oneByOne(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1))
}

/** The framing that fields announce, for parsers that do not say how they understood them. */
export function announcedFraming(fields: readonly Pair[], unframed: string): string {
  const named = (name: string) => fields.find(field => field[0].toLowerCase() === name)
  if (named('transfer-encoding') !== undefined) return 'chunked'
  const length = named('content-length')
  return length === undefined ? unframed : `length ${BigInt(length[1])}`
}
