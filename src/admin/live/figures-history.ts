// What all requests came to in each of the last seconds: a look at the totals once a second, nothing at any request.
import type { Outcomes } from '../../metrics/outcomes.ts'
import { rounded } from '../api/rounded.ts'
import type { Figures, Percentiles, Sample } from '../api/types.ts'

const intervalMs = 1_000
/** Five minutes. */
const keptSamples = 300
/** Rates are of so many seconds. */
const windowSamples = 5

/** What is looked at each second. */
export interface HistorySources {
  readonly total: Outcomes
  readonly clientConnections: () => number
}

/** The last five minutes, second by second. Must be closed. */
export class FiguresHistory {
  readonly #sources: HistorySources
  readonly #samples: Sample[] = []
  /** Copies of the totals, the latest last. */
  readonly #looks: Look[]
  readonly #timer: NodeJS.Timeout
  readonly #listeners = new Set<(sample: Sample) => void>()

  constructor(sources: HistorySources) {
    this.#sources = sources
    this.#looks = [lookAt(sources.total)]
    this.#timer = setInterval(() => this.#sample(), intervalMs).unref()
  }

  /** Oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples
  }

  /** Of all requests: since the start, and of the last five seconds. */
  figures(): Figures {
    const { total } = this.#sources
    return figuresOf(total, this.#looks[0])
  }

  /** Calls `listener` after each second until the function it gives is called. */
  onSample(listener: (sample: Sample) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#listeners.clear()
  }

  #sample(): void {
    const { total, clientConnections } = this.#sources
    const { perSecond = 0, errorsPerSecond = 0, latencyMs } = figuresOf(total, this.#looks.at(-1))
    const sample = {
      time: Date.now(),
      perSecond,
      errorsPerSecond,
      ...(latencyMs !== undefined && { latencyMs }),
      clientConnections: clientConnections(),
    }
    this.#looks.push(lookAt(total))
    if (this.#looks.length > windowSamples) this.#looks.shift()
    this.#samples.push(sample)
    if (this.#samples.length > keptSamples) this.#samples.shift()
    for (const listener of this.#listeners) listener(sample)
  }
}

/** What was counted at a moment. */
export interface Look {
  /** On the clock of `performance.now`. */
  readonly at: number
  readonly outcomes: Outcomes
}

/** A look at what goes on being counted. */
export function lookAt(outcomes: Outcomes): Look {
  return { at: performance.now(), outcomes: outcomes.copy() }
}

/** What has been counted since an earlier look; without one only what was counted since the start. */
export function figuresOf(now: Outcomes, earlier: Look | undefined): Figures {
  const { requests, errors } = now
  if (earlier === undefined) return { requests, errors }
  const seconds = Math.max(performance.now() - earlier.at, 1) / 1000
  const since = now.since(earlier.outcomes)
  const latencyMs = percentilesOf(since)
  return {
    requests,
    errors,
    perSecond: rounded(since.requests / seconds),
    errorsPerSecond: rounded(since.errors / seconds),
    ...(latencyMs !== undefined && { latencyMs }),
  }
}

function percentilesOf({ latencies }: Outcomes): Percentiles | undefined {
  if (latencies.count === 0) return undefined
  const at = (share: number) => rounded(latencies.percentile(share)!)
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
