// Compression on the way to the client: whether a response gets a content coding, and the stage that gives it one. Works off
// this thread, piece by piece, and holds back neither what a backend flushes nor more than a bounded amount.
import {
  type BrotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  type Gzip,
  type ZstdCompress,
} from 'node:zlib'
import type { OutgoingHead } from '../http/client-stream.ts'
import { Framing } from '../http/request-head.ts'
import { type Compression, offeredCodings } from '../policies/compression.ts'
import { type ContentCoding, chooseCoding } from '../policies/content-coding.ts'
import type { BodyFilter, BodySink, BodySource, OpenedFilter } from './body-filter.ts'
import { editFieldLines, findFieldValue } from './edit-field-lines.ts'
import type { RequestState } from './request-state.ts'

/** Bodies being compressed at a time; the memory of one is at most 2 MB. Those beyond go out as they are. */
const maxEncoders = 500
/** Bytes of a body that may wait for their compression. */
const maxWaiting = 64 * 1024

type Encoder = Gzip | BrotliCompress | ZstdCompress

/** How many bodies are being compressed in this process. */
export class EncoderCount {
  open = 0
}

/** Opens the stage where a response is to be compressed; where it could be, the head says that it varies. */
export function openCompression(request: RequestState, head: OutgoingHead): OpenedFilter | undefined {
  const settings = request.policies.compression
  const offered = offeredCodings(
    settings,
    {
      status: head.status,
      length: head.framing === Framing.length ? head.contentLength : undefined,
      field: name => findFieldValue(head.lines, name),
    },
    request.header('user-agent'),
  )
  if (offered.length === 0) return undefined
  const varying = { ...head, lines: varyByEncoding(head.lines) }
  const coding = codingFor(request, offered)
  if (coding === undefined) return { head: varying, connect: undefined }
  const length = head.framing === Framing.length ? head.contentLength : undefined
  return {
    head: {
      ...varying,
      lines: `${editFieldLines(varying.lines, changeOfEncodedField)}Content-Encoding: ${coding}\r\n`,
      framing: Framing.chunked,
    },
    connect: (source, sink) =>
      new CompressingBody(createEncoder(coding, settings, length), request.proxy.encoders, source, sink),
  }
}

function codingFor(request: RequestState, offered: readonly ContentCoding[]): ContentCoding | undefined {
  // HTTP/1.0 has no way to end a body whose length is not known but by the end of the connection (nginx leaves it out too).
  if (request.method === 'HEAD' || request.minorVersion === 0) return undefined
  if (request.proxy.encoders.open >= maxEncoders) return undefined
  return chooseCoding(offered, request.header('accept-encoding'))
}

function varyByEncoding(lines: string): string {
  const vary = findFieldValue(lines, 'vary')
  if (vary !== undefined && /(?:^|,)\s*(?:accept-encoding|\*)\s*(?:,|$)/i.test(vary)) return lines
  return `${lines}Vary: Accept-Encoding\r\n`
}

/** The bytes are others now, so they are only weakly the same (RFC 9110 §8.8.1), and ranges of them can not be asked for. */
function changeOfEncodedField(lowerName: string): (value: string) => string | undefined {
  if (lowerName === 'etag') return value => (value.startsWith('W/') ? value : `W/${value}`)
  if (lowerName === 'accept-ranges') return () => undefined
  return value => value
}

/** `length`: of the body, where it is known; short ones need less memory. */
function createEncoder(coding: ContentCoding, settings: Compression, length: number | undefined): Encoder {
  const windowBits = windowBitsFor(length)
  switch (coding) {
    case 'gzip':
      return createGzip({
        level: settings.gzipLevel,
        windowBits: Math.min(windowBits, 15),
        memLevel: Math.min(windowBits - 7, 8),
      })
    case 'br':
      return createBrotliCompress({
        params: {
          [constants.BROTLI_PARAM_QUALITY]: settings.brotliLevel,
          [constants.BROTLI_PARAM_LGWIN]: Math.max(windowBits, 10),
          [constants.BROTLI_PARAM_SIZE_HINT]: Math.min(length ?? 0, 2 ** 30),
        },
      })
    case 'zstd':
      return createZstdCompress({
        params: {
          [constants.ZSTD_c_compressionLevel]: settings.zstdLevel,
          [constants.ZSTD_c_windowLog]: Math.max(windowBits, 10),
        },
      })
  }
}

/** Logarithm of a window that holds the body, 512 KiB at most (nginx's for Brotli). */
function windowBitsFor(length: number | undefined): number {
  return length === undefined ? 19 : Math.min(19, Math.max(9, Math.ceil(Math.log2(length + 1))))
}

/** One body through one encoder. */
class CompressingBody implements BodyFilter {
  readonly #encoder: Encoder
  readonly #count: EncoderCount
  readonly #source: BodySource
  readonly #sink: BodySink
  /** Bytes handed to the encoder that it has not come to yet. */
  #waiting = 0
  #isHolding = false
  /** Something went in since the last flush. */
  #isFlushDue = false
  #trailers = ''
  #isOver = false

  constructor(encoder: Encoder, count: EncoderCount, source: BodySource, sink: BodySink) {
    this.#encoder = encoder
    this.#count = count
    this.#source = source
    this.#sink = sink
    count.open++
    encoder.on('data', (piece: Buffer) => this.#onEncoded(piece))
    encoder.on('end', () => this.#onEnd())
    encoder.on('error', () => this.#onError())
  }

  sendBody(chunk: Buffer): boolean {
    const { length } = chunk
    this.#waiting += length
    this.#isFlushDue = true
    // The piece is a view of a buffer that is read into again; the encoder comes to it later.
    this.#encoder.write(Buffer.from(chunk), () => this.#onTaken(length))
    this.#isHolding = this.#waiting >= maxWaiting
    return !this.#isHolding
  }

  flush(): void {
    if (!this.#isFlushDue) return this.#sink.flush()
    this.#isFlushDue = false
    // A stream of events is not to wait for more: what has gone in comes out.
    this.#encoder.flush(() => {
      if (!this.#isOver) this.#sink.flush()
    })
  }

  endBody(trailers: string): void {
    this.#trailers = trailers
    this.#encoder.end()
  }

  onSinkDrain(): void {
    this.#encoder.resume()
  }

  destroy(): void {
    if (!this.#leave()) return
    this.#encoder.destroy()
  }

  #onTaken(length: number): void {
    this.#waiting -= length
    if (!this.#isHolding || this.#isOver || this.#waiting > maxWaiting / 2) return
    this.#isHolding = false
    this.#source.onBodyDrain()
  }

  #onEncoded(piece: Buffer): void {
    if (this.#isOver) return
    if (!this.#sink.sendBody(piece)) this.#encoder.pause()
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
    this.#count.open--
    return true
  }
}
