// Compression on the way to the client: whether a response gets a content coding, and the stage that gives it one. All but
// small bodies are compressed off this thread, piece by piece; neither what a backend flushes is held back nor more than a
// bounded amount.
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'
import { type Compression, offeredCodings } from '../policies/responses/compression.ts'
import { type ContentCoding, chooseCoding } from '../policies/responses/content-coding.ts'
import type { BodyFilter, BodySink, BodySource, OpenedFilter } from './body-filter.ts'
import { editFieldLines, joinFieldValues } from './edit-field-lines.ts'
import {
  compressAtOnce,
  createEncoder,
  type Encoder,
  encoderMib,
  isQuick,
  smallBodyBytes,
} from './encoders.ts'
import type { RequestState } from './request-state.ts'

/** What all encoders may take together. Bodies for which nothing is left go out as they are. */
const maxEncoderMib = 512
/** Bytes of a body that may wait for their compression. */
const maxWaiting = 64 * 1024

/** What the encoders of this process take, about. */
export class EncoderMemory {
  mib = 0
}

/** Opens the stage where a response is to be compressed; where it could be, the head says that it varies. */
export function openCompression(request: RequestState, head: OutgoingHead): OpenedFilter | undefined {
  const settings = request.policies.compression
  const length = head.framing === Framing.length ? head.contentLength : undefined
  const offered = offeredCodings(
    settings,
    {
      status: head.status,
      length,
      field: name => joinFieldValues(head.lines, name),
    },
    request.header('user-agent'),
  )
  if (offered.length === 0) return undefined
  const varying = { ...head, lines: varyByEncoding(head.lines) }
  const coding = codingFor(request, offered, length)
  if (coding === undefined) return { head: varying, connect: undefined }
  return {
    head: {
      ...varying,
      lines: `${editFieldLines(varying.lines, changeOfEncodedField)}Content-Encoding: ${coding}\r\n`,
      framing: Framing.chunked,
    },
    // HEAD is told what GET would be (RFC 9110 §9.3.2), and no length: that of GET is not known.
    connect:
      request.method === 'HEAD'
        ? undefined
        : (source, sink) =>
            new CompressingBody(coding, settings, length, request.proxy.encoderMemory, source, sink),
  }
}

function codingFor(
  request: RequestState,
  offered: readonly ContentCoding[],
  length: number | undefined,
): ContentCoding | undefined {
  // HTTP/1.0 has no way to end a body whose length is not known but by the end of the connection (nginx leaves it out too).
  if (request.version === '1.0') return undefined
  const coding = chooseCoding(offered, request.header('accept-encoding'))
  if (coding === undefined) return undefined
  const mib = encoderMib(coding, request.policies.compression, length)
  return request.proxy.encoderMemory.mib + mib > maxEncoderMib ? undefined : coding
}

function varyByEncoding(lines: string): string {
  const vary = joinFieldValues(lines, 'vary')
  if (vary !== undefined && /(?:^|,)\s*(?:accept-encoding|\*)\s*(?:,|$)/i.test(vary)) return lines
  return `${lines}Vary: Accept-Encoding\r\n`
}

/** The bytes are others now, so they are only weakly the same (RFC 9110 §8.8.1), and ranges of them can not be asked for. */
function changeOfEncodedField(lowerName: string): (value: string) => string | undefined {
  if (lowerName === 'etag') return value => (value.startsWith('W/') ? value : `W/${value}`)
  if (lowerName === 'accept-ranges') return () => undefined
  return value => value
}

/** One body on its way to a client. Small ones are compressed at once when they are whole, others as they come. */
class CompressingBody implements BodyFilter {
  readonly #coding: ContentCoding
  readonly #settings: Compression
  /** Of the body, where it is known. */
  readonly #length: number | undefined
  readonly #memory: EncoderMemory
  readonly #mib: number
  readonly #source: BodySource
  readonly #sink: BodySink
  /** The beginning of a body that may turn out to be small. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** Made when the body is more than may be held. */
  #encoder: Encoder | undefined
  /** Bytes handed to the encoder that it has not come to yet. */
  #waiting = 0
  #holdsSource = false
  /** Something went in since the last flush. */
  #isFlushDue = false
  #trailers = ''
  #isOver = false

  constructor(
    coding: ContentCoding,
    settings: Compression,
    length: number | undefined,
    memory: EncoderMemory,
    source: BodySource,
    sink: BodySink,
  ) {
    this.#coding = coding
    this.#settings = settings
    this.#length = length
    this.#memory = memory
    this.#mib = encoderMib(coding, settings, length)
    this.#source = source
    this.#sink = sink
    memory.mib += this.#mib
    if (!isQuick(coding, settings)) this.#startEncoder()
  }

  sendBody(chunk: Buffer): boolean {
    // The piece is a view of a buffer that is read into again.
    const piece = Buffer.from(chunk)
    if (this.#encoder === undefined && this.#heldBytes + piece.length <= smallBodyBytes) {
      this.#held.push(piece)
      this.#heldBytes += piece.length
      return true
    }
    this.#encode(piece)
    this.#holdsSource = this.#waiting >= maxWaiting
    return !this.#holdsSource
  }

  flush(): void {
    // The end of a body whose length is known comes with its last byte.
    if (this.#heldBytes > 0 && this.#heldBytes !== this.#length) this.#startEncoder()
    if (this.#encoder === undefined || !this.#isFlushDue) return this.#sink.flush()
    this.#isFlushDue = false
    // A stream of events is not to wait for more: what has gone in comes out.
    this.#encoder.flush(() => {
      if (!this.#isOver) this.#sink.flush()
    })
  }

  endBody(trailers: string): void {
    this.#trailers = trailers
    if (this.#encoder !== undefined) this.#encoder.end()
    else this.#endAtOnce(trailers)
  }

  onSinkDrain(): void {
    this.#encoder?.resume()
  }

  destroy(): void {
    if (this.#leave()) this.#encoder?.destroy()
  }

  #endAtOnce(trailers: string): void {
    if (!this.#leave()) return
    const body = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held)
    this.#sink.sendBody(compressAtOnce(this.#coding, this.#settings, body))
    this.#sink.endBody(trailers)
  }

  /** What was held goes in first. */
  #startEncoder(): void {
    const encoder = createEncoder(this.#coding, this.#settings, this.#length)
    this.#encoder = encoder
    encoder.on('data', (piece: Buffer) => this.#onEncoded(encoder, piece))
    encoder.on('end', () => this.#onEnd())
    encoder.on('error', () => this.#onError())
    for (const piece of this.#held) this.#encode(piece)
    this.#held = []
    this.#heldBytes = 0
  }

  #encode(piece: Buffer): void {
    if (this.#encoder === undefined) this.#startEncoder()
    this.#waiting += piece.length
    this.#isFlushDue = true
    this.#encoder!.write(piece, () => this.#onTaken(piece.length))
  }

  #onTaken(length: number): void {
    this.#waiting -= length
    if (!this.#holdsSource || this.#isOver || this.#waiting > maxWaiting / 2) return
    this.#holdsSource = false
    this.#source.onBodyDrain()
  }

  #onEncoded(encoder: Encoder, piece: Buffer): void {
    if (this.#isOver) return
    if (!this.#sink.sendBody(piece)) encoder.pause()
    this.#sink.flush()
  }

  #onEnd(): void {
    if (this.#leave()) this.#sink.endBody(this.#trailers)
  }

  #onError(): void {
    if (this.#leave()) this.#source.onBodyFailure()
  }

  /** `false` when it was over before. */
  #leave(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#memory.mib -= this.#mib
    return true
  }
}
