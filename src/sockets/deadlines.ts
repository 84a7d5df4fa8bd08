// One coarse timer for all sockets. Setting a deadline is a store to a number, because a timer per socket that is moved
// on every read and write costs more than parsing a request does.
import { reportBug } from './report-bug.ts'

/** Something that has to be done with by a time. */
export interface Deadlined {
  /** On the clock of the `Deadlines` it was added to, milliseconds; `Infinity` for never. */
  deadline: number
  /** Called once the deadline has passed, which is cleared then. */
  onDeadline(): void
}

const sweepIntervalMs = 100

/**
 * Sweeps over all that have a deadline ten times a second. Deadlines are met up to two sweeps late, never early; while the
 * process stands still (suspended, or a long computation) its clock stands still too.
 */
export class Deadlines {
  /** Milliseconds, monotonic, as of the last sweep. */
  now = performance.now()
  #sweptAt = this.now
  readonly #onSweep: (lateMs: number) => void
  readonly #members = new Set<Deadlined>()
  readonly #timer = setInterval(() => this.#sweep(), sweepIntervalMs).unref()

  /** `onSweep` is told how late each sweep comes: so long the thread had something else to do. */
  constructor(onSweep: (lateMs: number) => void = () => {}) {
    this.#onSweep = onSweep
  }

  /** The time `ms` from now; the sweep's own length is added so that a deadline is never early. */
  after(ms: number): number {
    return this.now + ms + sweepIntervalMs
  }

  add(member: Deadlined): void {
    this.#members.add(member)
  }

  delete(member: Deadlined): void {
    this.#members.delete(member)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #sweep(): void {
    const time = performance.now()
    this.#onSweep(Math.max(0, time - this.#sweptAt - sweepIntervalMs))
    // What lies unread since the process stood still was not late: nobody is blamed for that time.
    this.now += Math.min(time - this.#sweptAt, 2 * sweepIntervalMs)
    this.#sweptAt = time
    for (const member of this.#members) {
      if (member.deadline <= this.now) expire(member)
    }
  }
}

/** A member that throws would otherwise be first in line at every sweep and keep those behind it from theirs. */
function expire(member: Deadlined): void {
  member.deadline = Infinity
  try {
    member.onDeadline()
  } catch (error) {
    reportBug(error)
  }
}
