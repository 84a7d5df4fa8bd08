// Files of expectations in tests: what the command `portico test` does with them, without the process.
import { readFileSync } from 'node:fs'
import { formatDiagnostic } from '../../src/diagnostics/diagnostic.ts'
import type { Suite } from '../../src/expectations/expectation.ts'
import type { Observer } from '../../src/expectations/observer.ts'
import { readSuites } from '../../src/expectations/read-suites.ts'
import { runCase } from '../../src/expectations/run-case.ts'

/** The suites of a file, which must be without a mistake. */
export function suitesOf(file: string): readonly Suite[] {
  const { suites, findings } = readSuites(file, readFileSync(file))
  if (findings.length > 0) throw new Error(findings.map(formatDiagnostic).join('\n'))
  return suites
}

/** What is not as expected: a line for each case, with what was seen in its place. Closes the observer. */
export async function disappointments(suite: Suite, observer: Observer): Promise<string[]> {
  const lines: string[] = []
  for (const one of suite.cases) {
    const { verdict, judgements, problem } = await runCase(one, observer)
    const failed = judgements.filter(judgement => judgement.verdict === verdict)
    const details = failed.map(({ subject, expected, got }) => `${subject} ${expected}: ${got}`)
    if (verdict !== 'met') lines.push([one.name, verdict, ...details, problem ?? ''].join('; '))
  }
  await observer.close()
  return lines
}
