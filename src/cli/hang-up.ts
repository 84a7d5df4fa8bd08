// What SIGHUP asks for: a person or a supervisor sends it for "look again", the system when the terminal has been closed.
import { isatty } from 'node:tty'

/** What to do about each of the two. */
export interface HangUpActions {
  readonly lookAgain: () => void
  /** Called once. */
  readonly end: () => void
}

/** A shell that is closed passes the signal on a moment before the terminal is gone, and no second one follows. */
const recheckMs = 200
const recheckCount = 25

/** Listens to SIGHUP for the rest of the process's life. One without a terminal only ever looks again. */
export function onHangUp({ lookAgain, end }: HangUpActions): void {
  const terminals = [0, 1, 2].filter(descriptor => isatty(descriptor))
  let recheck: NodeJS.Timeout | undefined
  let hasEnded = false

  /** Every call on a terminal that was hung up fails, so that it no longer looks like one. */
  function endIfGone(): boolean {
    if (hasEnded || terminals.every(descriptor => isatty(descriptor))) return hasEnded
    hasEnded = true
    clearInterval(recheck)
    end()
    return true
  }

  function recheckForAWhile(): void {
    let remaining = recheckCount
    clearInterval(recheck)
    recheck = setInterval(() => {
      if (!endIfGone() && --remaining === 0) clearInterval(recheck)
    }, recheckMs).unref()
  }

  process.on('SIGHUP', () => {
    if (endIfGone()) return
    lookAgain()
    if (terminals.length > 0) recheckForAWhile()
  })
}
