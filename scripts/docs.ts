// `npm run docs`: writes the pages of docs/ that are made from the source. With --check it writes nothing and fails when one
// is not what it would write.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderDiagnosticPages, strayDiagnosticPages } from './diagnostic-pages.ts'
import { renderLedgerPages } from './ledger-pages.ts'

const isCheck = process.argv.includes('--check')

for (const [name, text] of [...renderLedgerPages(), ...renderDiagnosticPages()]) {
  const file = join(import.meta.dirname, '..', 'docs', name)
  if (!isCheck) writeFileSync(file, text)
  else if (readIfThere(file) !== text) fail(name)
}
for (const name of strayDiagnosticPages()) {
  if (!isCheck) rmSync(join(import.meta.dirname, '..', 'docs', name))
  else fail(name)
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function fail(name: string): void {
  console.error(`docs/${name} is stale; run \`npm run docs\``)
  process.exitCode = 1
}
