// Holds docs/diagnostics/ to the codes: a page for each, its head in step, and examples that are findings.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderDiagnosticPages, strayDiagnosticPages } from '../scripts/diagnostic-pages.ts'
import { type DiagnosticCode, diagnosticCodes } from '../src/diagnostics/codes.ts'
import { formatDiagnostic, type Severity } from '../src/diagnostics/diagnostic.ts'
import { fillPlaceholders } from './support/certificate-placeholders.ts'
import { findIn, readSections } from './support/diagnostic-page.ts'

/** Codes whose finding no text of manifests can show, and why. */
const withoutExample: Partial<Record<DiagnosticCode, string>> = {
  'annotation-not-implemented': 'no annotation is planned at present',
  'annotations-too-long': 'a quarter of a megabyte is none',
  'config-key-not-implemented': 'no key is planned at present',
  'file-unreadable': 'permissions, sizes and bytes that are no text make it',
  'path-missing': 'something that was read has to vanish',
  'stdin-empty': 'standard input has to be named, and to hold nothing',
}

/** Codes whose fix is none of manifests or flags. */
const withoutFix: Partial<Record<DiagnosticCode, string>> = {
  'nothing-read': 'another path is named',
}

const codes = Object.keys(diagnosticCodes) as DiagnosticCode[]

test('docs/diagnostics/ has a page for each code, with the head that `npm run docs` writes, and no other', () => {
  expect(strayDiagnosticPages()).toEqual([])
  for (const [name, text] of renderDiagnosticPages()) expect(readDocs(name), name).toBe(text)
})

test('every page says what happens, shows it, and says what to do', () => {
  for (const code of codes) {
    const body = readDocs(`diagnostics/${code}.md`).split('from here on. -->\n')[1] ?? ''
    expect(body, code).toMatch(/^\n\S[\s\S]+\n## Example\n\n\S[\s\S]+\n## Fix\n\n\S/)
  }
})

test('codes are in alphabetical order', () => {
  expect(codes).toEqual(codes.toSorted())
})

describe.each(codes.filter(code => !(code in withoutExample)))('%s', code => {
  const sections = readSections(readDocs(`diagnostics/${code}.md`))
  const example = sections.get('Example')
  const fix = sections.get('Fix')

  test('is what its examples give, with each of its severities, and nothing else', async () => {
    const severities = new Set<Severity>()
    for (const manifest of example?.manifests ?? []) {
      const found = await findIn(await fillPlaceholders(manifest), example!.words)
      const codes = new Set(found.map(({ code }) => code))
      expect(codes, found.map(formatDiagnostic).join('\n')).toEqual(new Set([code]))
      for (const { severity } of found) severities.add(severity)
    }
    expect(severities).toEqual(new Set(diagnosticCodes[code].severities))
  })

  test.skipIf(code in withoutFix)('is gone with its fix, which is clean', async () => {
    const manifests = fix?.manifests.length === 0 ? example!.manifests : fix!.manifests
    expect(fix?.manifests.length !== 0 || fix?.words !== undefined).toBe(true)
    for (const manifest of manifests) {
      const found = await findIn(await fillPlaceholders(manifest), fix!.words ?? example!.words)
      expect(found.map(formatDiagnostic)).toEqual([])
    }
  })
})

function readDocs(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'docs', name), 'utf8')
}
