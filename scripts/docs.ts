// `npm run docs`: writes the pages of docs/ that are made from the source. With --check it writes nothing and fails when one
// is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderLedgerPages } from './ledger-pages.ts'

for (const [name, text] of renderLedgerPages()) {
  const file = join(import.meta.dirname, '..', 'docs', name)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${name} is stale; run \`npm run docs\``)
    process.exitCode = 1
  }
}
