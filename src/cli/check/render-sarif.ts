// Findings as SARIF 2.1.0, for code scanning services and editors.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import { isAbsolute, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DiagnosticCode, diagnosticCodes } from '../../diagnostics/codes.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { positionOf } from '../../diagnostics/place.ts'
import { describeFinding } from './describe-finding.ts'

/** Where paths in results are relative to, as GitHub names it: the root of the repository that is checked. */
const sourceRoot = '%SRCROOT%'

/** What a rule is, beside its results. */
export interface SarifOptions {
  readonly version: string
  /** The page of a code, in Markdown. */
  readonly readPage: (code: DiagnosticCode) => string
}

/**
 * One run with a rule for each code among the findings. What no file is to blame for is about flags: it is no result, because
 * GitHub refuses a whole log for one result without a place, but a notification about how the tool is configured.
 */
export function renderSarif(diagnostics: readonly Diagnostic[], { version, readPage }: SarifOptions): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort()
  const indices = new Map(codes.map((code, index) => [code, index]))
  const placed = diagnostics.filter(({ place }) => place !== undefined)
  const placeless = diagnostics.filter(({ place }) => place === undefined)
  const run = {
    tool: { driver: { name: 'Portico', version, rules: codes.map(code => ruleOf(code, readPage(code))) } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      [sourceRoot]: { description: { text: 'The directory that portico check was called in.' } },
    },
    results: placed.map(diagnostic => resultOf(diagnostic, indices.get(diagnostic.code)!)),
    invocations: [
      {
        executionSuccessful: true,
        toolConfigurationNotifications: placeless.map(diagnostic =>
          notificationOf(diagnostic, indices.get(diagnostic.code)!),
        ),
      },
    ],
  }
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return `${JSON.stringify(log, null, 2)}\n`
}

function ruleOf(code: DiagnosticCode, page: string): object {
  const { meaning, severities } = diagnosticCodes[code]
  return {
    id: code,
    shortDescription: { text: meaning },
    help: { text: `${meaning} More: portico check --explain-code ${code}`, markdown: page },
    defaultConfiguration: { level: severities[0] },
  }
}

/** SARIF's levels have the names of our severities. */
function resultOf(diagnostic: Diagnostic, ruleIndex: number): object {
  const { code, severity, place } = diagnostic
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: describeFinding(diagnostic) },
    locations: [{ physicalLocation: locationOf(place!) }],
  }
}

function notificationOf(diagnostic: Diagnostic, ruleIndex: number): object {
  const { code, severity } = diagnostic
  const text = describeFinding(diagnostic)
  return { associatedRule: { id: code, index: ruleIndex }, level: severity, message: { text } }
}

function locationOf(place: NonNullable<Diagnostic['place']>): object {
  const { file, line, column } = positionOf(place)
  return { artifactLocation: artifactOf(file), region: { startLine: line, startColumn: column } }
}

/** Relative to {@link sourceRoot}; files elsewhere by their whole address. */
function artifactOf(file: string): object {
  if (isAbsolute(file) || file.startsWith(`..${sep}`)) return { uri: pathToFileURL(file).href }
  return { uri: file.split(sep).map(encodeURIComponent).join('/'), uriBaseId: sourceRoot }
}
