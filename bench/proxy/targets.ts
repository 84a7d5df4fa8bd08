// What Portico wants to reach beside the others, and whether a run shows it.
import { type BenchResults, type EntryResults, valuesOf } from './results.ts'
import { median, medianOfRatios } from './statistics.ts'

/** A limit for a figure of Portico in one case. */
interface Target {
  readonly case: string
  readonly variant?: string
  /** Whose figure Portico's is divided by; the figure itself is meant without. */
  readonly dividedBy?: { readonly contender: string; readonly variant?: string }
  readonly limit: number
}

/** A target and what was measured. */
export interface TargetResult {
  readonly what: string
  readonly limit: number
  readonly measured: number
}

const targets: readonly Target[] = [
  { case: '12b', dividedBy: { contender: 'nginx' }, limit: 1.1 },
  { case: '12b', dividedBy: { contender: 'haproxy' }, limit: 1.2 },
  { case: '12b', dividedBy: { contender: 'caddy' }, limit: 0.2 },
  { case: '12b', dividedBy: { contender: 'http-proxy' }, limit: 0.2 },
  { case: '12b', dividedBy: { contender: 'httpxy' }, limit: 0.2 },
  { case: '1mb', dividedBy: { contender: 'nginx' }, limit: 1.5 },
  { case: 'tls', dividedBy: { contender: 'nginx' }, limit: 1.4 },
  { case: 'http2', dividedBy: { contender: 'nginx' }, limit: 2.5 },
  { case: 'http2', dividedBy: { contender: 'caddy' }, limit: 0.5 },
  { case: 'http2-streams', dividedBy: { contender: 'nginx' }, limit: 2.5 },
  { case: 'http2-streams', dividedBy: { contender: 'caddy' }, limit: 0.5 },
  { case: 'handshakes', dividedBy: { contender: 'nginx' }, limit: 1.5 },
  { case: 'handshakes-resumed', dividedBy: { contender: 'nginx' }, limit: 1.5 },
  { case: 'rules', variant: '10,000 rules', dividedBy: { contender: 'portico' }, limit: 1.05 },
  { case: 'access-log', variant: 'access log', dividedBy: { contender: 'portico' }, limit: 1.15 },
  { case: 'access-log', variant: 'JSON access log', dividedBy: { contender: 'portico' }, limit: 1.15 },
  { case: 'paced', dividedBy: { contender: 'nginx' }, limit: 2 },
  { case: 'idle-connections', limit: 200 },
]

/** The targets that the run has figures for. */
export function judgeTargets(results: BenchResults): TargetResult[] {
  return targets.flatMap(target => judge(target, results) ?? [])
}

function judge(target: Target, { cases }: BenchResults): TargetResult | undefined {
  const results = cases.find(({ name }) => name === target.case)
  const own = results?.entries.find(isEntry('portico', target.variant))
  if (!results || !own) return undefined
  const { key, title } = results.columns[0]!
  const { dividedBy, limit } = target
  const what = `\`${target.case}\`: ${title} of ${['portico', target.variant].filter(Boolean).join(', ')}`
  if (!dividedBy) return { what, limit, measured: median(valuesOf(own, key)) }
  const other = results.entries.find(isEntry(dividedBy.contender, dividedBy.variant))
  if (!other) return undefined
  const measured = medianOfRatios(valuesOf(own, key), valuesOf(other, key))
  return { what: `${what} ÷ ${dividedBy.contender}`, limit, measured }
}

function isEntry(contender: string, variant = ''): (entry: EntryResults) => boolean {
  return entry => entry.contender === contender && entry.variant === variant
}
