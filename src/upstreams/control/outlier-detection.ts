// Hot path: for every response of an upstream with outlier detection.
// Which endpoints of one upstream are left out for a while because their answers are worse than they should be (after
// Envoy's outlier detection). Learns from requests alone, sends nothing, asks no clock.
import { RecentCount } from './recent-count.ts'

/** An endpoint that is left out again and again is left out longer, up to this. */
const longestEjectionMs = 300_000

/** When endpoints are left out; `undefined` for a limit that is not set. */
export interface OutlierLimits {
  /** Failed requests in a row: answers of 500 and above, or none. */
  readonly consecutiveFailures: number | undefined
  /** Failures per hundred requests of the last ten seconds. */
  readonly failurePercent: number | undefined
  /** Requests within ten seconds below which no share is judged. */
  readonly minRequests: number
  /** The first time; as often as it was left out in a row times as long. */
  readonly ejectionMs: number
  /** How many of a hundred endpoints may be left out at once. */
  readonly maxEjectedPercent: number
}

class Record {
  readonly requests = new RecentCount()
  readonly failures = new RecentCount()
  inRow = 0
  ejections = 0
  ejectedUntil = 0
}

/** What members of one upstream answered lately. Times are milliseconds on any one clock. */
export class OutlierDetection<Member> {
  readonly #limits: OutlierLimits
  #records: ReadonlyMap<Member, Record> = new Map()

  constructor(limits: OutlierLimits) {
    this.#limits = limits
  }

  /** Makes `members` the ones that are known; those that were stay what they were. */
  update(members: readonly Member[]): void {
    this.#records = new Map(members.map(member => [member, this.#records.get(member) ?? new Record()]))
  }

  /** Whether a member gets no requests now. */
  isEjected(member: Member, now: number): boolean {
    return (this.#records.get(member)?.ejectedUntil ?? 0) > now
  }

  /** A member answered, or did not; says whether it is left out from now on. */
  note(member: Member, failed: boolean, now: number): boolean {
    const record = this.#records.get(member)
    // What was under way when it was left out tells nothing new.
    if (record === undefined || record.ejectedUntil > now) return false
    record.requests.add(now)
    if (!failed) {
      record.inRow = 0
      if (record.ejections > 0) record.ejections = forgiven(record, this.#limits, now)
      return false
    }
    record.inRow++
    record.failures.add(now)
    if (!this.#isOutlier(record, now) || !this.#mayEject(now)) return false
    record.ejections++
    record.ejectedUntil = now + Math.min(this.#limits.ejectionMs * record.ejections, longestEjectionMs)
    record.inRow = 0
    record.requests.clear()
    record.failures.clear()
    return true
  }

  #isOutlier(record: Record, now: number): boolean {
    const { consecutiveFailures, failurePercent, minRequests } = this.#limits
    if (consecutiveFailures !== undefined && record.inRow >= consecutiveFailures) return true
    if (failurePercent === undefined) return false
    const requests = record.requests.total(now)
    return requests >= minRequests && record.failures.total(now) * 100 >= requests * failurePercent
  }

  #mayEject(now: number): boolean {
    let ejected = 0
    for (const { ejectedUntil } of this.#records.values()) if (ejectedUntil > now) ejected++
    return (ejected + 1) * 100 <= this.#records.size * this.#limits.maxEjectedPercent
  }
}

/** A member that has been back for as long as it would be left out next begins anew. */
function forgiven(record: Record, { ejectionMs }: OutlierLimits, now: number): number {
  return now - record.ejectedUntil >= ejectionMs * (record.ejections + 1) ? 0 : record.ejections
}
