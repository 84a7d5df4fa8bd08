// Bodies too long to be kept: bytes that follow from their place in the body, poured out as fast as they are taken and
// compared as they come, so that one lost, doubled or foreign byte shows.
import type { Socket } from 'node:net'
import { seededRandom } from './seeded-random.ts'

const pieceBytes = 64 * 1024
/** A prime, so that no buffer's size is a multiple of it: a piece in the wrong place is a wrong piece. */
const periodBytes = 65_521
const pattern = repeatedPattern()

function repeatedPattern(): Buffer {
  const random = seededRandom(1)
  const period = Buffer.from(Array.from({ length: periodBytes }, () => random(256)))
  return Buffer.concat([period, period, period])
}

/** Writes a body of so many bytes as fast as it is taken; the result tells how many were. */
export function pour(
  socket: Socket,
  bytes: number,
  coding: 'identity' | 'chunked' = 'identity',
): () => number {
  let written = 0
  const next = () => {
    if (socket.destroyed || written >= bytes) return
    const start = written % periodBytes
    const piece = pattern.subarray(start, start + Math.min(pieceBytes, bytes - written))
    const onTaken = (error?: Error | null) => {
      if (error) return
      written += piece.length
      next()
    }
    if (coding === 'identity') {
      socket.write(piece, onTaken)
      return
    }
    socket.cork()
    socket.write(`${piece.length.toString(16)}\r\n`)
    socket.write(piece)
    socket.write(written + piece.length < bytes ? '\r\n' : '\r\n0\r\n\r\n', onTaken)
    socket.uncork()
  }
  next()
  return () => written
}

/** Compares a poured body with what it should be. */
export class LongBodyCheck {
  /** Bytes that came so far, all of them right. */
  received = 0

  /** Takes the next piece; throws at the first byte that is not the poured one. */
  take(piece: Buffer): void {
    for (let start = 0; start < piece.length; start += pieceBytes) {
      const part = piece.subarray(start, start + pieceBytes)
      const place = this.received % periodBytes
      if (part.compare(pattern, place, place + part.length) !== 0)
        throw new Error(`a body differs from what was sent, after byte ${this.received}`)
      this.received += part.length
    }
  }
}
