// `npm run docs`: writes the pages of docs/ and the schemas of schemas/ that are made from the source. With --check it writes nothing and fails when one
// is not what it would write.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { editorSchemas } from '../src/policies/ledger/editor-schemas.ts'
import { renderDiagnosticPages, strayDiagnosticPages } from './diagnostic-pages.ts'
import { renderLedgerPages } from './ledger-pages.ts'
import { renderMetricsPage } from './metrics-page.ts'
import { openApiDocument } from './openapi.ts'

const isCheck = process.argv.includes('--check')

const root = join(import.meta.dirname, '..')
const pages = [...renderLedgerPages(), ...renderMetricsPage(), ...renderDiagnosticPages()].map(
  ([name, text]) => [`docs/${name}`, text] as const,
)
const schemas = Object.entries(editorSchemas).map(
  ([name, schema]) => [`schemas/${name}.json`, `${JSON.stringify(schema(), null, 2)}\n`] as const,
)

const openApi = ['docs/openapi.json', `${JSON.stringify(openApiDocument(), null, 2)}\n`] as const

for (const [name, text] of [...pages, ...schemas, openApi]) {
  const file = join(root, name)
  if (!isCheck) writeFileSync(file, text)
  else if (readIfThere(file) !== text) fail(name)
}
for (const name of strayDiagnosticPages()) {
  if (!isCheck) rmSync(join(root, 'docs', name))
  else fail(`docs/${name}`)
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function fail(name: string): void {
  console.error(`${name} is stale; run \`npm run docs\``)
  process.exitCode = 1
}
