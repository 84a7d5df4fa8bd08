// The encoders of content codings, as node:zlib has them: for a whole small body at once, and for a stream of any length.
import {
  type BrotliCompress,
  type BrotliOptions,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  type Gzip,
  gzipSync,
  type ZlibOptions,
  type ZstdCompress,
  type ZstdOptions,
  zstdCompressSync,
} from 'node:zlib'
import type { Compression } from '../policies/responses/compression.ts'
import type { ContentCoding } from '../policies/responses/content-coding.ts'

/** Encodes a stream off this thread. */
export type Encoder = Gzip | BrotliCompress | ZstdCompress

/** Compresses `body` here and now: 10 to 25 µs for a few kilobytes, where a stream costs 120 to 330. */
export function compressAtOnce(coding: ContentCoding, settings: Compression, body: Buffer): Buffer {
  switch (coding) {
    case 'gzip':
      return gzipSync(body, gzipOptions(settings, body.length))
    case 'br':
      return brotliCompressSync(body, brotliOptions(settings, body.length))
    case 'zstd':
      return zstdCompressSync(body, zstdOptions(settings, body.length))
  }
}

/** Bodies up to this length are compressed at once when they are whole. */
export const smallBodyBytes = 16 * 1024

/** What an encoder takes for a body of `length` (`undefined`: not known), in MiB, as measured with Node 26. */
export function encoderMib(coding: ContentCoding, settings: Compression, length: number | undefined): number {
  const { brotliLevel, zstdLevel } = settings
  if (length !== undefined && length <= smallBodyBytes && isQuick(coding, settings)) return 0
  switch (coding) {
    case 'gzip':
      return 1
    case 'br':
      return brotliLevel <= 5 ? 2 : brotliLevel <= 8 ? 4 : brotliLevel === 9 ? 34 : 8
    case 'zstd':
      return zstdLevel <= 4 ? 2 : zstdLevel <= 6 ? 4 : zstdLevel <= 9 ? 12 : 84
  }
}

/** Whether `compressAtOnce` holds nobody up: at the higher levels a few kilobytes can take milliseconds. */
export function isQuick(coding: ContentCoding, settings: Compression): boolean {
  switch (coding) {
    case 'gzip':
      return settings.gzipLevel <= 6
    case 'br':
      return settings.brotliLevel <= 5
    case 'zstd':
      return settings.zstdLevel <= 6
  }
}

/** `length`: of the body, where it is known; short ones need less memory. */
export function createEncoder(
  coding: ContentCoding,
  settings: Compression,
  length: number | undefined,
): Encoder {
  switch (coding) {
    case 'gzip':
      return createGzip(gzipOptions(settings, length))
    case 'br':
      return createBrotliCompress(brotliOptions(settings, length))
    case 'zstd':
      return createZstdCompress(zstdOptions(settings, length))
  }
}

function gzipOptions(settings: Compression, length: number | undefined): ZlibOptions {
  const windowBits = Math.min(windowBitsFor(length), 15)
  return { level: settings.gzipLevel, windowBits, memLevel: Math.min(windowBits - 7, 8) }
}

function brotliOptions(settings: Compression, length: number | undefined): BrotliOptions {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: settings.brotliLevel,
      [constants.BROTLI_PARAM_LGWIN]: Math.max(windowBitsFor(length), 10),
      [constants.BROTLI_PARAM_SIZE_HINT]: Math.min(length ?? 0, 2 ** 30),
    },
  }
}

function zstdOptions(settings: Compression, length: number | undefined): ZstdOptions {
  return {
    params: {
      [constants.ZSTD_c_compressionLevel]: settings.zstdLevel,
      [constants.ZSTD_c_windowLog]: Math.max(windowBitsFor(length), 10),
    },
  }
}

/** Logarithm of a window that holds the body, 512 KiB at most (nginx's for Brotli). */
function windowBitsFor(length: number | undefined): number {
  return length === undefined ? 19 : Math.min(19, Math.max(9, Math.ceil(Math.log2(length + 1))))
}
