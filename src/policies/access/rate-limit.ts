// Hot path: runs for every request of a route with a rate limit.
// How fast each client may ask: nginx's leaky bucket (ngx_http_limit_req_module) with `nodelay`, in whole milliseconds and
// thousandths of a request. Never looks at a clock itself.

/** A rate and how far it may be exceeded at once. */
export interface Rate {
  /** Thousandths of a request that leak out per second. */
  readonly perSecond: number
  /** Thousandths of a request that a bucket holds besides the first request. */
  readonly burst: number
}

interface Bucket {
  /** Thousandths of a request above the rate, as of `last`. */
  excess: number
  last: number
}

/** A bucket that has leaked dry is forgotten this long after its last request, when another client comes (nginx). */
const idleMs = 60_000

/**
 * The buckets of one limit, one for each client. Of more than `maxClients` the one that asked longest ago is forgotten:
 * whoever can send from that many addresses is not held by a limit per address. About 150 bytes per client.
 */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>()
  readonly #maxClients: number

  constructor(maxClients: number) {
    this.#maxClients = maxClients
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Whether a request may pass at `now` (milliseconds); nothing is counted by asking. */
  allows(client: string, rate: Rate, now: number): boolean {
    const bucket = this.#buckets.get(client)
    return bucket === undefined || excessAt(bucket, rate, Math.floor(now)) <= rate.burst
  }

  /** Counts a request that was let through. */
  count(client: string, rate: Rate, now: number): void {
    const time = Math.floor(now)
    const bucket = this.#buckets.get(client)
    if (bucket === undefined) {
      this.#makeRoom(rate, time)
      this.#buckets.set(client, { excess: 0, last: time })
      return
    }
    bucket.excess = excessAt(bucket, rate, time)
    bucket.last = time
    // A map keeps the order of insertion: the first is always the one that asked longest ago.
    this.#buckets.delete(client)
    this.#buckets.set(client, bucket)
  }

  /** Forgets the oldest when there is no room, and up to two that have leaked dry. */
  #makeRoom(rate: Rate, now: number): void {
    let dry = 0
    for (const [client, bucket] of this.#buckets) {
      const isDry = now - bucket.last >= idleMs && excessAt(bucket, rate, now) <= 1000
      if (this.#buckets.size < this.#maxClients && (!isDry || dry === 2)) return
      this.#buckets.delete(client)
      if (isDry) dry++
    }
  }
}

/** The excess a bucket would have with one request more. */
function excessAt(bucket: Bucket, rate: Rate, now: number): number {
  const elapsed = Math.max(0, now - bucket.last)
  return Math.max(0, bucket.excess - Math.trunc((rate.perSecond * elapsed) / 1000) + 1000)
}
