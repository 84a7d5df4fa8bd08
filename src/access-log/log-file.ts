// Log lines on their way into a file or a named pipe. A disk that is full or slow, a pipe that nobody reads: lines are lost
// then, and nobody waits. Everything is opened without blocking, so that a pipe without room says so at once.
import { close, constants, open, write } from 'node:fs'
import { promisify } from 'node:util'
import { type LogOutput, longestWaitMs } from './log-output.ts'

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants
const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK
/** Addresses of clients are nobody's business but the owner's and the group's. */
const mode = 0o640
/** A pipe or a terminal without room is tried again after this time, which doubles up to the longest while nothing is taken. */
const firstRetryMs = 1
const longestRetryMs = 64
/** After these the descriptor leads nowhere: the next text opens the file anew. */
const fatalCodes: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EBADF', 'ESTALE', 'EIO'])

interface Writing {
  readonly text: Buffer
  written: number
  readonly onDone: (error: Error | undefined, written: number) => void
}

/** A file that lines are appended to. */
export class LogFile implements LogOutput {
  /** `undefined` for a descriptor that was there before. */
  readonly #path: string | undefined
  #descriptor: number | undefined
  #writing: Writing | undefined
  #retry: NodeJS.Timeout | undefined
  #retryMs = firstRetryMs
  /** The last line in the file may lack its end. */
  #isTorn = false
  /** Told when the file can not be opened anew, which is to be done when nothing is on its way. */
  #onStale: ((error: Error) => void) | undefined
  #isRenewing = false
  #isClosed = false
  #onSettled = () => {}

  private constructor(path: string | undefined, descriptor: number | undefined) {
    this.#path = path
    this.#descriptor = descriptor
  }

  /**
   * Opens a file, which is made if it is not there. A named pipe without a reader is opened when one is there. Rejects where
   * the system does not let us.
   */
  static async open(path: string): Promise<LogFile> {
    const file = new LogFile(path, undefined)
    try {
      file.#descriptor = await promisify(open)(path, flags, mode)
    } catch (error) {
      if (codeOf(error) !== 'ENXIO') throw error
    }
    return file
  }

  /** A file that is open already, and stays so. */
  static of(descriptor: number): LogFile {
    return new LogFile(undefined, descriptor)
  }

  get isBusy(): boolean {
    return this.#writing !== undefined || this.#isRenewing
  }

  write(text: Buffer, onDone: Writing['onDone']): void {
    this.#writing = { text, written: 0, onDone }
    if (this.#descriptor !== undefined) return this.#writeOn()
    this.#open(error => (error === undefined ? this.#writeOn() : this.#end(error)))
  }

  #open(onOpen: (error: Error | undefined) => void): void {
    open(this.#path!, flags, mode, (error, descriptor) => {
      if (error !== null) return onOpen(error)
      this.#closeDescriptor()
      this.#descriptor = descriptor
      onOpen(undefined)
    })
  }

  #writeOn(): void {
    const writing = this.#writing
    if (writing === undefined) return
    if (this.#isTorn) return this.#endLine()
    write(this.#descriptor!, writing.text, writing.written, (error, written) => {
      if (error !== null) return this.#onError(error)
      writing.written += written
      this.#retryMs = firstRetryMs
      if (writing.written < writing.text.length) this.#writeOn()
      else this.#end(undefined)
    })
  }

  /** What was cut off before is not to run into the next line. */
  #endLine(): void {
    write(this.#descriptor!, '\n', error => {
      if (error !== null) return this.#onError(error)
      this.#isTorn = false
      this.#writeOn()
    })
  }

  #onError(error: NodeJS.ErrnoException): void {
    if (error.code === 'EAGAIN' && !this.#isClosed) {
      this.#retry = setTimeout(() => this.#tryAgain(), this.#retryMs).unref()
      this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
      return
    }
    this.#isTorn ||= this.#writing!.written > 0
    if (fatalCodes.has(error.code) && this.#path !== undefined) {
      this.#closeDescriptor()
      this.#isTorn = false
    }
    this.#end(error)
  }

  #tryAgain(): void {
    this.#retry = undefined
    this.#writeOn()
  }

  #end(error: Error | undefined): void {
    const { onDone, written } = this.#writing!
    this.#writing = undefined
    if (this.#onStale !== undefined) this.#renew(this.#onStale)
    onDone(error, written)
    this.#onSettled()
  }

  reopen(onFailed: (error: Error) => void): void {
    if (this.#path === undefined) return
    if (this.isBusy) this.#onStale = onFailed
    else this.#renew(onFailed)
  }

  #renew(onFailed: (error: Error) => void): void {
    this.#onStale = undefined
    this.#isRenewing = true
    this.#open(error => {
      this.#isRenewing = false
      // A pipe has no reader now: that is told with the lines that are lost.
      if (error !== undefined && codeOf(error) !== 'ENXIO') onFailed(error)
      this.#onSettled()
    })
  }

  settled(): Promise<void> {
    if (!this.isBusy) return Promise.resolve()
    return new Promise(resolve => {
      const giveUp = setTimeout(resolve, longestWaitMs)
      this.#onSettled = () => {
        if (this.isBusy) return
        clearTimeout(giveUp)
        resolve()
      }
    })
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
    // A descriptor that a disk still has to answer for may not become somebody else's.
    if (this.#path !== undefined && (!this.isBusy || this.#retry !== undefined)) this.#closeDescriptor()
  }

  #closeDescriptor(): void {
    if (this.#descriptor !== undefined) close(this.#descriptor, () => {})
    this.#descriptor = undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
