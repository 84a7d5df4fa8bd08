// How long answers are kept, by their status: nginx's `proxy_cache_valid` as ingress-nginx takes it in `auth-cache-duration`.
import { quote } from '../../setting-types.ts'

/** Answers with one of these statuses are kept for so many milliseconds; without statuses 200, 301 and 302. */
export interface CacheDuration {
  readonly statuses: readonly number[]
  readonly ms: number
}

const second = 1000
const day = 86_400 * second
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: day,
  w: 7 * day,
  M: 30 * day,
  y: 365 * day,
}

/** nginx keeps these when no status is named. */
const defaultStatuses: readonly number[] = [200, 301, 302]

/**
 * Reads `200 202 401 5m, 403 30s`: items separated by commas, each some statuses and then times, which add up. Never throws;
 * `problem` is a clause.
 */
export function parseCacheDurations(
  text: string,
): { readonly value: readonly CacheDuration[] } | { readonly problem: string } {
  const durations: CacheDuration[] = []
  for (const item of text.split(',')) {
    const words = item.split(' ').filter(word => word !== '')
    if (words.length === 0) continue
    const duration = parseItem(words)
    if (duration === undefined) {
      return { problem: `${quote(item.trim())} is not "STATUS… TIME…", like "200 202 401 5m"` }
    }
    durations.push(duration)
  }
  return durations.length === 0 ? { problem: `${quote(text)} names no time` } : { value: durations }
}

/** Milliseconds that an answer of this status is kept; 0 for not at all. The first item that names the status counts. */
export function cacheMsOf(durations: readonly CacheDuration[], status: number): number {
  return durations.find(({ statuses }) => statuses.includes(status))?.ms ?? 0
}

function parseItem(words: readonly string[]): CacheDuration | undefined {
  const statuses: number[] = []
  let ms: number | undefined
  for (const word of words) {
    const time = /^(\d{1,9})(ms|[smhdwMy])$/.exec(word)
    if (time !== null) ms = (ms ?? 0) + Number(time[1]) * unitMs[time[2]!]!
    else if (/^[1-5]\d\d$/.test(word) && ms === undefined) statuses.push(Number(word))
    else return undefined
  }
  if (ms === undefined) return undefined
  return { statuses: statuses.length === 0 ? defaultStatuses : statuses, ms }
}
