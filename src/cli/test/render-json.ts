// Results for scripts.
import { placeText } from '../../diagnostics/place-text.ts'
import { countVerdicts, type SuiteResult } from './suite-result.ts'

/** Counts, then suites with their cases and every claim. */
export function jsonOf(suites: readonly SuiteResult[]): object {
  return {
    ...countVerdicts(suites),
    suites: suites.map(({ suite, results, durationMs }) => ({
      name: suite.name,
      file: suite.file,
      durationMs: Math.round(durationMs),
      cases: results.map(({ case: one, verdict, judgements, observation, problem }) => ({
        name: one.name,
        at: placeText(one.place),
        verdict,
        problem,
        claims: judgements.map(({ subject, verdict, expected, got }) => ({
          subject,
          verdict,
          expected,
          got,
        })),
        seen: observation?.seen,
        decidedAt: observation?.decidedAt,
      })),
    })),
  }
}
