// Hot path: every request adds to two of these.
// How requests ended, as coarse as live figures show it: how many, how many with errors, and how long they took.
import { Latencies } from './latencies.ts'

/** What came of some requests. */
export class Outcomes {
  /** Those that ended with 500 and above. */
  errors = 0
  readonly latencies = new Latencies()

  get requests(): number {
    return this.latencies.count
  }

  add(status: number, durationMs: number): void {
    if (status >= 500) this.errors++
    this.latencies.add(durationMs)
  }

  /** Takes over what another has counted. */
  addAll(other: Outcomes): void {
    this.errors += other.errors
    this.latencies.addAll(other.latencies)
  }

  /** What has been counted since `earlier`, which was a copy of this. */
  since(earlier: Outcomes): Outcomes {
    const later = new Outcomes()
    later.errors = this.errors - earlier.errors
    later.latencies.addAll(this.latencies.since(earlier.latencies))
    return later
  }

  copy(): Outcomes {
    const copy = new Outcomes()
    copy.addAll(this)
    return copy
  }
}
