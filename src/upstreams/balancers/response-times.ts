// Hot path: for every request of an upstream that is balanced by response time.
// Exponentially weighted moving averages of response times, one per member (after Twitter's Finagle and ingress-nginx's
// ewma balancer). Takes times as arguments and asks no clock.

/** What was measured this long ago counts e times less than what is measured now; ingress-nginx's number. */
const decayMs = 10_000

interface Average {
  ms: number
  touchedAt: number
}

/** How long members took to respond lately. All times in milliseconds on one clock. */
export class ResponseTimes<Member> {
  #averages = new Map<Member, Average>()

  /**
   * Makes `members` the ones that are known. New ones begin with the average of those there were, not as the best of all;
   * of the very first ones nothing is known, and their first request tells all.
   */
  update(members: readonly Member[], now: number): void {
    const before = this.#averages
    let sum = 0
    for (const { ms } of before.values()) sum += ms
    const start =
      before.size === 0 ? { ms: 0, touchedAt: -Infinity } : { ms: sum / before.size, touchedAt: now }
    this.#averages = new Map(members.map(member => [member, before.get(member) ?? { ...start }]))
  }

  /** A request to a member took `ms`. The longer the member was not asked, the more this one counts. */
  note(member: Member, ms: number, now: number): void {
    const average = this.#averages.get(member)
    if (average === undefined) return
    const weight = weightAfter(now - average.touchedAt)
    average.ms = average.ms * weight + ms * (1 - weight)
    average.touchedAt = now
  }

  /** What a member costs now: its average, which fades while nobody asks it, so that a slow one is tried again. */
  cost(member: Member, now: number): number {
    const average = this.#averages.get(member)
    return average === undefined ? 0 : average.ms * weightAfter(now - average.touchedAt)
  }
}

function weightAfter(ms: number): number {
  return Math.exp(-Math.max(ms, 0) / decayMs)
}
