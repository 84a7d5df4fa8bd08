// What happens while Portico runs, told either to a person (terminal) or to a program (JSON lines).
import type { AppEvents, RunningApp } from '../../app/events.ts'

/** Tells the events of a running Portico, in the order in which they come: `applied`, `ready`, then the others. */
export interface Reporter extends AppEvents {
  /** Everything listens and the first table, already given to `applied`, is live. */
  ready(app: RunningApp): void
  /** The drain is over; `signal` asked for it. */
  stopped(signal: NodeJS.Signals): void
}
