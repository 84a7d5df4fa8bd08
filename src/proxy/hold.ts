// A request that waits for its backend to listen again (portico/hold): tries after a fifth of a second, then ever more
// rarely. Sends nothing itself; nothing of the request has been sent when it waits.
import type { Deadlined, Deadlines } from '../sockets/deadlines.ts'
import type { WaitingRoom } from '../upstreams/control/waiting-room.ts'

const firstPauseMs = 200
const longestPauseMs = 1_000
const growth = 1.5

/** One request's waiting. Holds a place in the waiting room until `end`. */
export class Hold implements Deadlined {
  deadline = Infinity
  readonly #deadlines: Deadlines
  readonly #room: WaitingRoom
  readonly #tryAgain: () => void
  readonly #until: number
  #pauseMs = firstPauseMs
  /** A connection came about, or the time was over. */
  isOver = false

  /** `tryAgain` is called after each pause. */
  constructor(deadlines: Deadlines, room: WaitingRoom, tryAgain: () => void) {
    this.#deadlines = deadlines
    this.#room = room
    this.#tryAgain = tryAgain
    this.#until = deadlines.now + room.durationMs
    deadlines.add(this)
  }

  /** Begins a pause; `false` when the time is over, and the waiting with it. */
  pause(): boolean {
    const { now } = this.#deadlines
    if (now >= this.#until) {
      this.end()
      return false
    }
    // The sweep that meets it comes up to 100 ms late; waiting is not exact, so nothing is added for that.
    this.deadline = Math.min(now + this.#pauseMs, this.#until)
    this.#pauseMs = Math.min(this.#pauseMs * growth, longestPauseMs)
    return true
  }

  onDeadline(): void {
    this.#tryAgain()
  }

  /** The request waits no more: it goes on, or is over. */
  end(): void {
    if (this.isOver) return
    this.isOver = true
    this.deadline = Infinity
    this.#deadlines.delete(this)
    this.#room.leave()
  }
}
