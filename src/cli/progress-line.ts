// Says what takes longer than a second, and how far it is: on a terminal in one line that is written over, elsewhere in a line now
// and then. What is quicker is never mentioned.
import { textWidth } from './text-width.ts'

/** Where it is said. */
export interface ProgressOutput {
  readonly isTTY: boolean
  /** Characters per line, on a terminal. */
  readonly columns: number
  readonly write: (text: string) => void
}

/** One task after the other. */
export interface ProgressLine {
  /** How far the task is; the first call begins it. May be called as often as there is something new. */
  show(text: string): void
  /** The task is over, or something else is to be written: the line goes away. */
  end(): void
}

/** What takes less is not worth a word. */
const patienceMs = 1_000
/** Between two writings on a terminal, and elsewhere. */
const terminalMs = 100
const plainMs = 10_000

/** Nothing but `end` is to be called when the task is over. */
export function createProgressLine(output: ProgressOutput): ProgressLine {
  let latest = ''
  let writableAt = 0
  let timer: NodeJS.Timeout | undefined
  let isShown = false

  function write(): void {
    clearTimeout(timer)
    timer = undefined
    writableAt = performance.now() + (output.isTTY ? terminalMs : plainMs)
    isShown = output.isTTY
    output.write(output.isTTY ? `\r${clip(latest, output.columns)}\x1b[K` : `${latest}\n`)
  }

  return {
    show(text) {
      latest = text
      if (writableAt === 0) writableAt = performance.now() + patienceMs
      const waitMs = writableAt - performance.now()
      // A task that keeps the thread busy leaves a timer no turn, and one that only waits has nothing more to show.
      if (waitMs <= 0) write()
      else timer ??= setTimeout(write, waitMs).unref()
    },
    end() {
      clearTimeout(timer)
      timer = undefined
      writableAt = 0
      if (isShown) output.write('\r\x1b[K')
      isShown = false
    },
  }
}

/** On this process's standard error. */
export function stderrProgress(): ProgressLine {
  const { stderr } = process
  return createProgressLine({
    isTTY: stderr.isTTY === true,
    columns: stderr.columns || 80,
    write: text => void stderr.write(text),
  })
}

/** A line that wraps could not be written over. */
function clip(text: string, columns: number): string {
  return textWidth(text) < columns ? text : `${text.slice(0, Math.max(columns - 2, 0))}…`
}
