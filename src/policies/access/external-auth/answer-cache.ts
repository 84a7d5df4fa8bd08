// Answers of auth services, kept for a while so that not every request asks. Bounded in octets; keys are hashes, so that no
// credentials stay in memory. What may be kept and for how long follows nginx's cache.
import { createHash } from 'node:crypto'
import { type CacheDuration, cacheMsOf } from './cache-durations.ts'

/** What an auth service answered. */
export interface AuthAnswer {
  readonly status: number
  /** Lower-case names and the values of each. */
  readonly fields: ReadonlyMap<string, readonly string[]>
}

/** First value of a field of the request; `name` in lower case. */
type HeaderOf = (name: string) => string | undefined

interface Entry {
  readonly answer: AuthAnswer
  /** On the cache's clock. */
  readonly until: number
  readonly bytes: number
  /** Names of the fields of the request that the answer was chosen by, in lower case. */
  readonly vary: readonly string[]
  /** What they held, as a hash: credentials may be among them. */
  readonly variant: string
}

/** Octets of all answers that are kept together. */
const defaultMaxBytes = 8 * 1024 * 1024
/** What an entry takes besides its text. */
const entryBytes = 300

/** Answers by key. When it is full, those not used for longest go. */
export class AuthAnswerCache {
  readonly #now: () => number
  readonly #maxBytes: number
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  /** `now` gives milliseconds on a clock that never goes back. */
  constructor(now: () => number, maxBytes = defaultMaxBytes) {
    this.#now = now
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The answer that is still good for this request. */
  get(key: string, headerOf: HeaderOf): AuthAnswer | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.until <= this.#now()) {
      this.#delete(key, entry)
      return undefined
    }
    if (entry.variant !== variantOf(entry.vary, headerOf)) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.answer
  }

  /** Keeps an answer, if its status and its own fields allow that. */
  put(key: string, answer: AuthAnswer, durations: readonly CacheDuration[], headerOf: HeaderOf): void {
    const ms = freshMsOf(answer, durations)
    const vary = varyOf(answer)
    const before = this.#entries.get(key)
    if (before !== undefined) this.#delete(key, before)
    if (ms <= 0 || vary === undefined) return
    const bytes = sizeOf(answer)
    if (bytes > this.#maxBytes) return
    this.#entries.set(key, {
      answer,
      until: this.#now() + ms,
      bytes,
      vary,
      variant: variantOf(vary, headerOf),
    })
    this.#bytes += bytes
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break
      this.#delete(oldest, entry)
    }
  }

  #delete(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }
}

/** A key for texts of any length, `null` for none; different lists have different keys. */
export function cacheKeyOf(texts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(texts), 'latin1').digest('base64')
}

/**
 * How long an answer is good. Statuses without a duration and answers that set cookies are never kept; `X-Accel-Expires` and
 * `Cache-Control` of the answer go before the duration that was set.
 */
function freshMsOf(answer: AuthAnswer, durations: readonly CacheDuration[]): number {
  const ms = cacheMsOf(durations, answer.status)
  if (ms === 0 || answer.fields.has('set-cookie')) return 0
  const expires = answer.fields.get('x-accel-expires')?.[0]
  if (expires !== undefined && /^\d{1,9}$/.test(expires)) return Number(expires) * 1000
  const control = answer.fields.get('cache-control')?.join(',').toLowerCase() ?? ''
  if (/(?:^|[\s,])(?:no-store|no-cache|private)(?:$|[\s,=])/.test(control)) return 0
  const age = /(?:^|[\s,])s-maxage=(\d{1,9})/.exec(control) ?? /(?:^|[\s,])max-age=(\d{1,9})/.exec(control)
  return age === null ? ms : Number(age[1]) * 1000
}

/** Names in lower case; `undefined`: nobody knows what the answer was chosen by. */
function varyOf({ fields }: AuthAnswer): readonly string[] | undefined {
  const names = (fields.get('vary') ?? [])
    .flatMap(list => list.split(','))
    .map(name => name.trim().toLowerCase())
    .filter(name => name !== '')
  return names.includes('*') ? undefined : names
}

function variantOf(vary: readonly string[], headerOf: HeaderOf): string {
  return vary.length === 0 ? '' : cacheKeyOf(vary.map(name => headerOf(name) ?? null))
}

/** The names in Vary count among the fields. */
function sizeOf({ fields }: AuthAnswer): number {
  let bytes = entryBytes
  for (const [name, values] of fields) {
    bytes += 50 + name.length
    for (const value of values) bytes += 20 + 2 * value.length
  }
  return bytes
}
