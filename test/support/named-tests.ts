// Documents that name the tests which show what they say: `[label](path "name of the test")`.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const docs = join(import.meta.dirname, '..', '..', 'docs')

/** A document of `docs/` by its name. */
export function readDoc(name: string): string {
  return readFileSync(join(docs, name), 'utf8')
}

/** What a document names and nobody finds: no name, no such file, or no such test in it. */
export function missingTests(text: string): { readonly path: string; readonly name: string | undefined }[] {
  const links = [...text.matchAll(/\]\((\.\.[^\s)]+)(?: "([^"]+)")?\)/g)].map(([, path, name]) => ({
    path: join(docs, path!),
    name,
  }))
  return links.filter(
    ({ path, name }) => name === undefined || !existsSync(path) || !names(readFileSync(path, 'utf8'), name),
  )
}

/** Whether a text in quotes is the name, placeholders included, or begins with it and a colon, as numbered tests do. */
function names(source: string, name: string): boolean {
  return ["'", '"', '`'].some(
    quote => source.includes(quote + name + quote) || source.includes(`${quote}${name}: `),
  )
}
