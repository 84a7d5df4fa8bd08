// `npm run docs`: writes the pages of docs/ that are made from the source.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderLedgerPages } from './ledger-pages.ts'

for (const [name, text] of renderLedgerPages()) {
  writeFileSync(join(import.meta.dirname, '..', 'docs', name), text)
}
