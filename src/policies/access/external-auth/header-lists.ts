// Lists of header names in settings. Names that frame messages or concern one hop are nobody's to set.
import { uneditableFields } from '../../field-edits.ts'
import { quote } from '../../setting-types.ts'

/** Reads names separated by commas; empty items are skipped. `problem` is a clause. Never throws. */
export function parseHeaderList(
  text: string,
): { readonly value: readonly string[] } | { readonly problem: string } {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  for (const name of names) {
    const problem = problemOfName(name)
    if (problem !== undefined) return { problem }
  }
  return { value: names }
}

/** Why no setting may set this header; `undefined` when it may. */
export function problemOfName(name: string): string | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return `${quote(name)} is not a header name`
  if (uneditableFields.has(name.toLowerCase()))
    return `${quote(name)} frames messages or concerns one connection and can not be set`
  return undefined
}
