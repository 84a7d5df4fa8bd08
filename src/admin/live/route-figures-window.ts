// Figures of routes over the last seconds, while somebody asks for them. Nothing is kept for anybody else: each kind of outcome that
// is asked for is copied now and then, and what was counted since is the difference.
import type { RequestSeries, RouteSeries } from '../../metrics/request-series.ts'
import { findCanarySeries, findRouteSeries } from '../../proxy/route-series.ts'
import type { Route } from '../../routing/table.ts'
import type { Figures } from '../api/types.ts'
import { figuresOf, type Look, lookAt } from './figures-history.ts'

/** A window is at least so long, and at most twice so. */
const stepMs = 5_000
/** Copies are let go of when nobody has asked for so long. */
const forgottenMs = 30_000

const nothing: Figures = { requests: 0, errors: 0 }

/** The copies of one moment; series that had counted nothing then have none. */
interface Base {
  readonly at: number
  readonly looks: Map<RouteSeries, Look>
}

/** Figures of routes and of their canaries. */
export class RouteFiguresWindow {
  readonly #series: RequestSeries
  /** What figures are held against, and what they will be held against next. */
  #older: Base | undefined
  #newer: Base | undefined
  #askedAt = 0
  /** What had no series when so many had ever been made: most rules of a long list. Looking them up by name takes its time. */
  readonly #missing = new WeakMap<object, number>()

  constructor(series: RequestSeries) {
    this.#series = series
  }

  /** Has to be called before each round of questions. */
  refresh(): void {
    const now = performance.now()
    if (now - this.#askedAt > forgottenMs) {
      this.#older = undefined
      this.#newer = undefined
    }
    this.#askedAt = now
    if (this.#newer !== undefined && now - this.#newer.at < stepMs) return
    this.#older = this.#newer
    this.#newer = this.#copyAll(now)
  }

  /** How many requests a route took lately: a number to sort by, at a hundredth of the price of its figures. */
  requestsLately(route: Route): number {
    let requests = 0
    for (const series of new Set([this.#mainOf(route), ...this.#canariesOf(route)])) {
      if (series === undefined) continue
      requests += series.outcomes.requests - (this.#base?.looks.get(series)?.outcomes.requests ?? 0)
    }
    return requests
  }

  /** Of the rule's own backend, without its canaries. */
  ofMain(route: Route): Figures {
    return this.#figuresOf(this.#mainOf(route))
  }

  /** Of the canaries of a route, in its order. */
  ofCanaries(route: Route): Figures[] {
    return this.#canariesOf(route).map(series => this.#figuresOf(series))
  }

  /** Of all that a route took. Percentiles of parts can not be added up, so what they are made of is. */
  ofRoute(route: Route): Figures {
    const main = this.#mainOf(route)
    if (route.canaries.length === 0) return this.#figuresOf(main)
    const parts = [...new Set([main, ...this.#canariesOf(route)])].filter(part => part !== undefined)
    return parts.length === 1 ? this.#figuresOf(parts[0]) : this.#joined(parts)
  }

  #mainOf(route: Route): RouteSeries | undefined {
    if (this.#missing.get(route) === this.#series.made) return undefined
    const series = findRouteSeries(this.#series, route)
    if (series === undefined) this.#missing.set(route, this.#series.made)
    return series
  }

  #canariesOf(route: Route): (RouteSeries | undefined)[] {
    return route.canaries.map(canary => findCanarySeries(this.#series, route, canary))
  }

  #figuresOf(series: RouteSeries | undefined): Figures {
    if (series === undefined) return nothing
    return figuresOf(series.outcomes, this.#baseOf(series))
  }

  #joined(parts: readonly RouteSeries[]): Figures {
    if (parts.length === 0) return nothing
    const [first, ...rest] = parts
    const now = first!.outcomes.copy()
    for (const { outcomes } of rest) now.addAll(outcomes)
    const bases = parts.map(part => this.#baseOf(part))
    if (bases.some(base => base === undefined)) return figuresOf(now, undefined)
    const earlier = bases[0]!.outcomes.copy()
    for (const base of bases.slice(1)) earlier.addAll(base!.outcomes)
    return figuresOf(now, { at: bases[0]!.at, outcomes: earlier })
  }

  #baseOf(series: RouteSeries): Look | undefined {
    const base = this.#base
    // Two looks of the same moment say nothing about rates.
    if (base === undefined || performance.now() - base.at < 200) return undefined
    return base.looks.get(series) ?? { at: base.at, outcomes: nothingCounted(series) }
  }

  get #base(): Base | undefined {
    return this.#older ?? this.#newer
  }

  #copyAll(at: number): Base {
    const looks = new Map<RouteSeries, Look>()
    for (const series of this.#series.all) looks.set(series, lookAt(series.outcomes))
    return { at, looks }
  }
}

/** What a series had counted that was not there yet. */
function nothingCounted({ outcomes }: RouteSeries): Look['outcomes'] {
  return outcomes.since(outcomes)
}
