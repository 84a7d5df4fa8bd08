// Telling the operator of what goes wrong with every request, without a line for every request.
import type { LiveServices } from './live-services.ts'

/** How often the same is said, in milliseconds. */
const everyMs = 10_000
/** Subjects whose last report is remembered. */
const maxSubjects = 100

/** Says the same of one subject at most every 10 seconds. */
export class RepeatedReport {
  readonly #services: LiveServices
  readonly #saidAt = new Map<string, number>()

  constructor(services: LiveServices) {
    this.#services = services
  }

  /** Says `message`, unless something was said of `subject` a moment ago. */
  say(subject: string, message: string): void {
    const now = this.#services.now()
    const before = this.#saidAt.get(subject)
    if (before !== undefined && now - before < everyMs) return
    if (this.#saidAt.size >= maxSubjects) this.#saidAt.clear()
    this.#saidAt.set(subject, now)
    this.#services.report(message)
  }
}
