// Where log lines go. A disk that is full, a reader that stalls or has gone: lines are lost then, and nobody waits.
import { fstatSync, writeFile } from 'node:fs'
import type { Writable } from 'node:stream'

/** Takes one text at a time. */
export interface LogOutput {
  /** Whether the text before is still on its way. */
  readonly isBusy: boolean
  /** `onDone` is called when the text is not needed any more; `isLost`: it, or a part of it, could not be written. */
  write(text: Buffer, onDone: (isLost: boolean) => void): void
  /** Resolves when nothing is on its way any more; a reader that stalls gets a second. */
  settled(): Promise<void>
}

/** The end of the process waits no longer for a reader. */
const longestWaitMs = 1_000

/** The output behind a standard stream of this process. */
export function createLogOutput(stream: Writable & { readonly fd: number }): LogOutput {
  const kind = fstatSync(stream.fd)
  const isFile = kind.isFile() || (kind.isCharacterDevice() && !(stream as { isTTY?: boolean }).isTTY)
  return isFile ? fileOutput(stream.fd) : streamOutput(stream)
}

/** Node writes its standard streams to files synchronously, and never again after an error: a disk may have room later. */
function fileOutput(descriptor: number): LogOutput {
  let underWay: Promise<void> | undefined
  return {
    get isBusy() {
      return underWay !== undefined
    },
    write(text, onDone) {
      underWay = new Promise(resolve => {
        writeFile(descriptor, text, error => {
          underWay = undefined
          onDone(error !== null)
          resolve()
        })
      })
    },
    settled: () => underWay ?? Promise.resolve(),
  }
}

/** A pipe or a terminal: what the system does not take waits in the stream. */
function streamOutput(stream: Writable): LogOutput {
  let underWay = 0
  let onSettled = () => {}
  return {
    get isBusy() {
      return stream.writableNeedDrain
    },
    write(text, onDone) {
      underWay++
      stream.write(text, error => {
        underWay--
        onDone(error instanceof Error)
        if (underWay === 0) onSettled()
      })
    },
    settled() {
      if (underWay === 0) return Promise.resolve()
      return new Promise(resolve => {
        const giveUp = setTimeout(resolve, longestWaitMs)
        onSettled = () => {
          clearTimeout(giveUp)
          resolve()
        }
      })
    },
  }
}
