// The text of a file of expectations → suites and findings. Every mistake is an error with its place: what is misread would be
// a test that tests something else.
import { posix } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { Field } from '../diagnostics/field.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import { parseYaml } from '../resources/parse-yaml.ts'
import { splitDocuments } from '../resources/split-documents.ts'
import { checkKeys } from './check-keys.ts'
import type { Suite, SuiteFlag } from './expectation.ts'
import { readCase } from './read-case.ts'

/** What a document of expectations says it is. */
export const apiVersion = 'portico.dev/v1alpha1'
export const kind = 'Expectations'

/** What a file holds. With findings the suites are not whole and should not be run. */
export interface ReadSuites {
  readonly suites: readonly Suite[]
  readonly findings: readonly Diagnostic[]
}

const suiteKeys = ['apiVersion', 'kind', 'metadata', 'manifests', 'flags', 'endpoints', 'cases']
const flagNames = [
  'ingress-class',
  'namespace',
  'default-backend-service',
  'default-ssl-certificate',
  'config-map',
  'map',
]

/** Reads all documents of a file. Never throws. `file` is how the user names it. */
export function readSuites(file: string, bytes: Buffer): ReadSuites {
  const findings: Diagnostic[] = []
  const suites: Suite[] = []
  for (const text of splitDocuments(bytes)) {
    const document: SourceDocument = { file, ...text }
    const parsed = parseYaml(document.text)
    if (!parsed.ok) {
      findings.push(syntaxError(document, parsed.offset, parsed.reason))
      continue
    }
    for (const { code, offset, message } of parsed.findings)
      findings.push({ severity: 'error', code, place: { document, offset }, object: kind, message })
    for (const root of parsed.roots) {
      const report = (finding: Diagnostic) => {
        // Warnings are about what a cluster would refuse, and clusters never see this file.
        if (finding.severity === 'error') findings.push(finding)
      }
      const field = Field.root({ document, object: kind, report }, root, 'the file is not used')
      const suite = readSuite(field, file)
      if (suite !== undefined) suites.push(suite)
    }
  }
  if (suites.length === 0 && findings.length === 0)
    findings.push(syntaxError({ file, text: '', startLine: 1 }, 0, 'holds no expectations'))
  return { suites, findings }
}

function syntaxError(document: SourceDocument, offset: number, message: string): Diagnostic {
  return { severity: 'error', code: 'yaml-syntax', place: { document, offset }, object: kind, message }
}

function readSuite(field: Field, file: string): Suite | undefined {
  if (!field.get('kind').present) {
    field.fail('field-missing', `begins without "apiVersion: ${apiVersion}" and "kind: ${kind}"`)
    return undefined
  }
  field.get('apiVersion').oneOf([apiVersion])
  field.get('kind').oneOf([kind])
  if (field.failed) return undefined
  checkKeys(field, suiteKeys)
  checkKeys(field.get('metadata'), ['name'])
  const cases = field.get('cases')
  if (!cases.present) cases.fail('field-missing', 'is missing')
  const manifests = field
    .get('manifests')
    .values()
    .flatMap(path => path.requiredString() ?? [])
  return {
    name: field.get('metadata').get('name').string() ?? posix.basename(file),
    file,
    manifests: manifests.length === 0 ? ['.'] : manifests,
    flags: readFlags(field.get('flags')),
    endpoints: field.get('endpoints').oneOf(['assumed', 'listed']) ?? 'assumed',
    cases: cases.elements().flatMap(one => readCase(one) ?? []),
  }
}

function readFlags(field: Field): SuiteFlag[] {
  return [...field.entries()].flatMap(([name, value]) => {
    if (!flagNames.includes(name)) {
      const nearest = nearestName(name, flagNames)
      const hint = nearest === undefined ? `there are ${flagNames.join(', ')}` : `did you mean "${nearest}"?`
      value.fail('field-unknown', `is no flag that shapes the table (${hint})`)
      return []
    }
    const values = value.values().flatMap(one => one.requiredString() ?? [])
    return [{ name, values, place: value.place }]
  })
}
