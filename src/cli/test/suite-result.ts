// What became of a suite, and how it is counted.
import type { Suite } from '../../expectations/expectation.ts'
import type { CaseResult } from '../../expectations/run-case.ts'

/** A suite with the results of its cases. */
export interface SuiteResult {
  readonly suite: Suite
  readonly results: readonly CaseResult[]
  /** Words that name the manifests in a command line: `manifests/whale --map …`. */
  readonly manifestWords: readonly string[]
  /** Whether endpoints were assumed for some of the Services. */
  readonly assumesEndpoints: boolean
  /** Errors that compiling found in the manifests; 0 for live addresses. */
  readonly errorCount: number
  readonly durationMs: number
}

/** How many cases there are of each verdict. */
export function countVerdicts(suites: readonly SuiteResult[]): Record<CaseResult['verdict'], number> {
  const counts = { met: 0, failed: 0, unseen: 0 }
  for (const { results } of suites) for (const { verdict } of results) counts[verdict]++
  return counts
}

/** How many claims could not be seen in cases that are met. */
export function countUnseenClaims(suites: readonly SuiteResult[]): number {
  const met = suites.flatMap(({ results }) => results).filter(({ verdict }) => verdict === 'met')
  return met.flatMap(({ judgements }) => judgements).filter(({ verdict }) => verdict === 'unseen').length
}
