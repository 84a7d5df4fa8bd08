// Reads manifest text the way sources do, for tests of readers.
import { positionOf } from '../../src/diagnostics/place.ts'
import { buildResourceSet } from '../../src/resources/build-resource-set.ts'
import { readDocument } from '../../src/resources/read-document.ts'
import type { ResourceSet } from '../../src/resources/resource-set.ts'
import { splitDocuments } from '../../src/resources/split-documents.ts'
import { expectDeclaredSeverities } from './declared-severity.ts'

/** The objects of a text and its findings as `line:column severity code`; a syntax error as `line:column yaml-syntax`. */
export function readManifest(text: string): { resources: ResourceSet; findings: string[] } {
  const findings: string[] = []
  const documents = splitDocuments(Buffer.from(text)).map(part =>
    readDocument({ file: 'test.yaml', ...part }),
  )
  for (const { document, diagnostics, syntaxError } of documents) {
    if (syntaxError) findings.push(`${lineAndColumn({ document, offset: syntaxError.offset })} yaml-syntax`)
    expectDeclaredSeverities(diagnostics)
    for (const { place, severity, code } of diagnostics)
      findings.push(`${lineAndColumn(place!)} ${severity} ${code}`)
  }
  const resources = buildResourceSet(documents, ({ place, severity, code }) => {
    findings.push(`${lineAndColumn(place!)} ${severity} ${code}`)
  })
  return { resources, findings }
}

function lineAndColumn(place: Parameters<typeof positionOf>[0]): string {
  const { line, column } = positionOf(place)
  return `${line}:${column}`
}
