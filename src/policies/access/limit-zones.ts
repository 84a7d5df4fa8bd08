// Hot path: runs for every request of a route with limits.
// What is counted of clients, apart for each Ingress. Kept by the Ingress's name, so that a reload forgets nothing.
import { type Rate, RateLimit } from './rate-limit.ts'
import { RequestsInProgress } from './requests-in-progress.ts'

/** Clients remembered for each limit of an Ingress; 5 MB at most. ingress-nginx's zones of 5 MB hold about as many. */
const maxClients = 32_768

/** An Ingress that nobody asked for this long is forgotten when the next one is met. */
const idleMs = 3_600_000

/** Requests per second and minute, 0 for no limit; the burst is a multiple of each. */
export interface RateSettings {
  readonly perSecond: number
  readonly perMinute: number
  readonly burstMultiplier: number
}

/** What is counted for one Ingress. */
export class LimitZone {
  readonly inProgress = new RequestsInProgress()
  readonly #perSecond = new RateLimit(maxClients)
  readonly #perMinute = new RateLimit(maxClients)
  usedAt = 0

  /** Counts a request against both rates, or neither: then it says which one refuses. `now` in milliseconds. */
  takeRate(client: string, settings: RateSettings, now: number): 'limit-rps' | 'limit-rpm' | undefined {
    this.usedAt = now
    const { perSecond, perMinute, burstMultiplier } = settings
    const second = rateOf(perSecond * 1000, perSecond * burstMultiplier)
    const minute = rateOf(Math.trunc((perMinute * 1000) / 60), perMinute * burstMultiplier)
    if (perSecond > 0 && !this.#perSecond.allows(client, second, now)) return 'limit-rps'
    if (perMinute > 0 && !this.#perMinute.allows(client, minute, now)) return 'limit-rpm'
    if (perSecond > 0) this.#perSecond.count(client, second, now)
    if (perMinute > 0) this.#perMinute.count(client, minute, now)
    return undefined
  }
}

function rateOf(perSecond: number, burst: number): Rate {
  return { perSecond, burst: burst * 1000 }
}

/** The zones of all Ingresses. */
export class LimitZones {
  readonly now: () => number
  readonly #zones = new Map<string, LimitZone>()

  /** `now`: milliseconds, exact to one. */
  constructor(now: () => number) {
    this.now = now
  }

  /** `owner`: `namespace/name` of an Ingress. */
  zoneOf(owner: string): LimitZone {
    let zone = this.#zones.get(owner)
    if (zone === undefined) {
      this.#forgetIdle()
      zone = new LimitZone()
      this.#zones.set(owner, zone)
    }
    return zone
  }

  get size(): number {
    return this.#zones.size
  }

  #forgetIdle(): void {
    const now = this.now()
    for (const [owner, zone] of this.#zones) {
      if (now - zone.usedAt >= idleMs && zone.inProgress.size === 0) this.#zones.delete(owner)
    }
  }
}
