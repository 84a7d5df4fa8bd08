// Hot path: asked at every pick of an upstream with slow start.
// Endpoints that are new, or back after they were left out, get a growing share: caches have to fill and code has to warm.
// Asks no clock.

/** What an endpoint gets of its share in the first moment; nothing at all would never let it warm. */
const firstShare = 0.1

interface Start {
  at: number
  credit: number
}

/** Which members are starting. Times are milliseconds on any one clock. */
export class SlowStart<Member> {
  readonly #durationMs: number
  readonly #starts = new Map<Member, Start>()
  readonly #away = new Set<Member>()
  #members: ReadonlySet<Member> | undefined

  constructor(durationMs: number) {
    this.#durationMs = durationMs
  }

  /** Makes `members` the ones that are known. Those of the first call were there before anybody looked. */
  update(members: readonly Member[], now: number): void {
    const before = this.#members
    this.#members = new Set(members)
    for (const member of before ?? []) {
      if (this.#members.has(member)) continue
      this.#starts.delete(member)
      this.#away.delete(member)
    }
    if (before !== undefined) for (const member of members) if (!before.has(member)) this.#begin(member, now)
  }

  /** A member gets no requests now: when it gets some again, it begins anew. */
  noteAway(member: Member): void {
    this.#away.add(member)
  }

  /**
   * Whether a member takes its turn. One that is starting lets as many pass as its share says, evenly: a tenth of its turns
   * at first, all of them after `durationMs`.
   */
  takesTurn(member: Member, now: number): boolean {
    if (this.#away.delete(member)) this.#begin(member, now)
    const start = this.#starts.get(member)
    if (start === undefined) return true
    const share = firstShare + ((1 - firstShare) * (now - start.at)) / this.#durationMs
    if (share >= 1) {
      this.#starts.delete(member)
      return true
    }
    start.credit += share
    if (start.credit < 1) return false
    start.credit--
    return true
  }

  #begin(member: Member, now: number): void {
    this.#starts.set(member, { at: now, credit: 0 })
  }
}
