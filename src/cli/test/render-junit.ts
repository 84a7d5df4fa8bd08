// Results in the XML that CI systems read (the JUnit format as Ant writes it and Jenkins, GitLab and GitHub's actions take it).

import { positionOf } from '../../diagnostics/place.ts'
import type { CaseResult } from '../../expectations/run-case.ts'
import type { SuiteResult } from './suite-result.ts'

/** The whole document. What could not be seen is skipped. */
export function renderJunit(suites: readonly SuiteResult[]): string {
  const all = suites.flatMap(({ results }) => results)
  const parts = suites.map(renderSuite)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${countsOf(all)}>\n${parts.join('')}</testsuites>\n`
}

function renderSuite({ suite, results, durationMs }: SuiteResult): string {
  const seconds = (durationMs / 1000).toFixed(3)
  const cases = results.map(result => renderCase(result, suite.name)).join('')
  return `  <testsuite name="${escapeXml(suite.name)}" ${countsOf(results)} time="${seconds}">\n${cases}  </testsuite>\n`
}

function renderCase(result: CaseResult, suite: string): string {
  const { file, line } = positionOf(result.case.place)
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(result.case.name)}" file="${escapeXml(file)}" line="${line}"`
  if (result.verdict === 'met') return `${open}/>\n`
  const messages = result.judgements
    .filter(({ verdict }) => verdict === result.verdict)
    .map(({ subject, expected, got }) => `${subject}: expected ${expected}, got ${got}`)
  if (result.problem !== undefined) messages.push(result.problem)
  const message = escapeXml(messages.join('; '))
  const element =
    result.verdict === 'unseen'
      ? `<skipped message="${message}"/>`
      : `<failure message="${message}">${escapeXml(detailOf(result))}</failure>`
  return `${open}>${element}</testcase>\n`
}

function detailOf({ observation }: CaseResult): string {
  if (observation === undefined) return ''
  const { summary, decidedAt } = observation
  return decidedAt === undefined ? summary : `${summary}, decided at ${decidedAt}`
}

function countsOf(results: readonly CaseResult[]): string {
  const count = (verdict: CaseResult['verdict']) =>
    results.filter(result => result.verdict === verdict).length
  return `tests="${results.length}" failures="${count('failed')}" errors="0" skipped="${count('unseen')}"`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no form for control characters, lone surrogates and two others; a question mark stands for them. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
    .replace(/[&<>"]/g, character => entities[character]!)
    .replace(/[\t\n\r]/g, character => `&#${character.charCodeAt(0)};`)
}
