// A whole terminal for a view that changes: drawn over and over, and given back as it was, however the program ends.
import type { ReadStream, WriteStream } from 'node:tty'

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const clearLine = '\x1b[K'
const clearBelow = '\x1b[J'

/** What a user does. */
export interface ScreenEvents {
  /** A key, as the terminal sends it; `\x03` is Ctrl-C. */
  readonly key: (key: string) => void
  readonly resized: () => void
  /** Another program, or the end of the terminal, asks for the end. */
  readonly ended: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void
}

/** A terminal that is taken. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  /** Shows these lines and nothing else. No line is to be wider than the terminal. */
  draw(lines: readonly string[]): void
  /** Gives the terminal back. May be called again. */
  close(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Takes the terminal. Without a keyboard (`input` is no terminal) there are no keys. */
export function openScreen(input: ReadStream, output: WriteStream, events: ScreenEvents): Screen {
  let isOpen = true
  const onKeys = (keys: Buffer) => {
    // What is pasted comes as one piece; arrows and the like come as an escape sequence, which is no key here.
    if (keys[0] !== 0x1b) for (const key of keys.toString('latin1')) if (isOpen) events.key(key)
  }
  const onSignal = (signal: (typeof signals)[number]) => events.ended(signal)

  function close(): void {
    if (!isOpen) return
    isOpen = false
    output.off('resize', events.resized)
    for (const signal of signals) process.off(signal, onSignal)
    process.off('exit', close)
    if (input.isTTY) {
      input.off('data', onKeys)
      input.setRawMode(false)
      input.pause()
    }
    output.write(leave)
  }

  output.write(enter)
  output.on('resize', events.resized)
  for (const signal of signals) process.on(signal, onSignal)
  // An exception, too, leaves a terminal that can be used.
  process.on('exit', close)
  if (input.isTTY) {
    input.setRawMode(true)
    input.on('data', onKeys)
    input.resume()
  }
  return {
    get columns() {
      return output.columns || 80
    },
    get rows() {
      return output.rows || 24
    },
    draw(lines) {
      if (isOpen) output.write(`${home}${lines.map(line => line + clearLine).join('\r\n')}${clearBelow}`)
    },
    close,
  }
}
