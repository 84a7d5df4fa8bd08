// What has become of the manifests since the start: how often a change was taken, and how long that took.
import { Histogram, timeBounds } from './histogram.ts'

/** A change that became live. */
export interface ReloadFigures {
  readonly generation: number
  /** From the first look at the files until the table was live. */
  readonly durationMs: number
  /** Of that, from objects to a table and its index. */
  readonly compileMs: number
  /** How many there are, by severity. */
  readonly findings: Readonly<Record<'error' | 'warning' | 'note', number>>
  /** Files whose last good objects serve in the place of what they hold now. */
  readonly keptFiles: number
}

/** All changes together, and the last one. */
export class Reloads {
  /** Changes that became live as they are written. */
  successful = 0
  /** Changes that did not become live, or not all of them: a file keeps its last good objects. */
  failed = 0
  isLastSuccessful = false
  /** When the last one became live as it is written: milliseconds since the epoch; 0 for never. */
  lastSuccessAt = 0
  /** When the table that serves became live; 0 before the first. */
  appliedAt = 0
  last: ReloadFigures | undefined
  /** In seconds. */
  readonly durations = new Histogram(timeBounds)
  readonly compileTimes = new Histogram(timeBounds)

  noteApplied(reload: ReloadFigures): void {
    this.last = reload
    this.appliedAt = Date.now()
    this.durations.observe(reload.durationMs / 1000)
    this.compileTimes.observe(reload.compileMs / 1000)
    this.isLastSuccessful = reload.keptFiles === 0
    if (this.isLastSuccessful) {
      this.successful++
      this.lastSuccessAt = this.appliedAt
    } else {
      this.failed++
    }
  }

  /** A bug of ours: the table from before goes on serving. */
  noteFailed(): void {
    this.isLastSuccessful = false
    this.failed++
  }
}
