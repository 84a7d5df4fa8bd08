// The whole body of a request, read before a backend is asked: in memory while it is small, in a temporary file beyond that.
// It can be sent as often as it takes. Knows nothing of heads and attempts.

import { randomUUID } from 'node:crypto'
import { close, open, read, unlink, write } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EndpointStream } from '../upstreams/endpoint-stream.ts'

/** One read of the file. */
const pieceBytes = 64 * 1024

/** Whoever wants a body whole. */
export interface BufferedBodyOwner {
  /** A piece that `add` could not take at once is taken. */
  onBodyKept(): void
  /** It could not be kept: the disk is full, or there is no place for files. */
  onBodyLost(): void
}

/** Whoever a body is sent to. On `false` the bytes are needed, and nothing more should come, until `BufferedBody.goOn`. */
export type BodyTarget = Pick<EndpointStream, 'sendBody' | 'endRequest'>

/** One body. `destroy` gives memory and file back. */
export class BufferedBody {
  length = 0
  readonly #owner: BufferedBodyOwner
  readonly #memoryBytes: number
  #pieces: Buffer[] = []
  #file: number | undefined
  #fileBytes = 0
  /** Reads and writes under way: the file is closed behind the last one. */
  #pending = 0
  #isDestroyed = false
  #goOn: (() => void) | undefined

  constructor(owner: BufferedBodyOwner, memoryBytes: number) {
    this.#owner = owner
    this.#memoryBytes = memoryBytes
  }

  /** Takes a piece. On `false` its bytes are needed, and nothing more should come, until the owner's `onBodyKept`. */
  add(piece: Buffer): boolean {
    this.length += piece.length
    if (this.#file === undefined && this.length <= this.#memoryBytes) {
      this.#pieces.push(Buffer.from(piece))
      return true
    }
    const waiting = [...this.#pieces, piece]
    this.#pieces = []
    this.#pending++
    if (this.#file === undefined) this.#openFile(() => this.#write(waiting))
    else this.#write(waiting)
    return false
  }

  /** Sends the whole body, once all of it was added. `isOpen`: whether the target still wants it. */
  sendTo(target: BodyTarget, isOpen: () => boolean): void {
    this.#goOn = undefined
    if (this.#file !== undefined) {
      this.#sendFile(target, isOpen, Buffer.allocUnsafeSlow(pieceBytes), 0)
      return
    }
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)]
    // Memory of its own: the target may need it for as long as it likes.
    if (this.#pieces.length === 1) target.sendBody(this.#pieces[0]!)
    target.endRequest('')
  }

  /** The target has taken what it was given. */
  goOn(): void {
    const goOn = this.#goOn
    this.#goOn = undefined
    goOn?.()
  }

  destroy(): void {
    this.#isDestroyed = true
    this.#pieces = []
    this.#goOn = undefined
    if (this.#pending === 0) this.#closeFile()
  }

  /** Nobody else can open the file: it is for its owner alone, and its name is gone at once. */
  #openFile(then: () => void): void {
    const path = join(tmpdir(), `portico-body-${randomUUID()}`)
    open(path, 'wx+', 0o600, (error, file) => {
      if (error !== null) return this.#lose()
      this.#file = file
      unlink(path, () => then())
    })
  }

  #write(waiting: readonly Buffer[]): void {
    const [piece, ...rest] = waiting
    if (piece === undefined || this.#isDestroyed) return this.#finishWriting()
    write(this.#file!, piece, 0, piece.length, this.#fileBytes, (error, written) => {
      if (error !== null) return this.#lose()
      this.#fileBytes += written
      this.#write(written < piece.length ? [piece.subarray(written), ...rest] : rest)
    })
  }

  #finishWriting(): void {
    if (this.#isOver()) return
    this.#owner.onBodyKept()
  }

  #lose(): void {
    if (this.#isOver()) return
    this.destroy()
    this.#owner.onBodyLost()
  }

  /** A read or write is done. Whether nobody wants to know any more. */
  #isOver(): boolean {
    this.#pending--
    if (this.#isDestroyed && this.#pending === 0) this.#closeFile()
    return this.#isDestroyed
  }

  #sendFile(target: BodyTarget, isOpen: () => boolean, buffer: Buffer, position: number): void {
    if (position === this.length) return target.endRequest('')
    this.#pending++
    read(this.#file!, buffer, 0, buffer.length, position, (error, bytes) => {
      if (error !== null || bytes === 0) return this.#lose()
      if (this.#isOver() || !isOpen()) return
      const next = () => this.#sendFile(target, isOpen, buffer, position + bytes)
      if (target.sendBody(buffer.subarray(0, bytes))) next()
      else this.#goOn = next
    })
  }

  #closeFile(): void {
    const file = this.#file
    this.#file = undefined
    if (file !== undefined) close(file, () => {})
  }
}
