// Log lines on their way to standard output or standard error.
import { fstatSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { LogFile } from './log-file.ts'
import { type LogOutput, longestWaitMs } from './log-output.ts'

/**
 * The output behind a standard stream of this process. Files are written past the stream: Node writes them synchronously, and
 * never again after an error, although a disk may have room later.
 */
export async function createStandardOutput(stream: Writable & { readonly fd: number }): Promise<LogOutput> {
  const kind = fstatSync(stream.fd)
  if ((stream as { isTTY?: boolean }).isTTY) return terminalOutput(stream)
  return kind.isFile() || kind.isCharacterDevice() ? LogFile.of(stream.fd) : streamOutput(stream)
}

/**
 * Node waits for a terminal to take what is written, and one that was stopped (Ctrl-S) would stop traffic. Linux lets us open it
 * once more, without waiting; where that is not possible lines go through the stream.
 */
async function terminalOutput(stream: Writable & { readonly fd: number }): Promise<LogOutput> {
  try {
    return await LogFile.open(`/proc/self/fd/${stream.fd}`)
  } catch {
    return streamOutput(stream)
  }
}

/** A pipe: what the system does not take waits in the stream. */
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
        if (error instanceof Error) onDone(error, 0)
        else onDone(undefined, text.length)
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
    reopen() {},
    close() {},
  }
}
