// Plain data as kubectl prints it with `-o json` and `-o yaml`.
import { dump } from 'js-yaml'
import { withoutCredentials } from '../../diagnostics/without-credentials.ts'

/** Formats of {@link renderPlain}. */
export type PlainFormat = 'json' | 'yaml'

/** The text of a value, keys in order, ending with a line break. No control character is in it as such. */
export function renderPlain(value: unknown, format: PlainFormat): string {
  const sorted = sortKeys(value)
  if (format === 'yaml') return dump(sorted, { noRefs: true, lineWidth: -1, seqNoIndent: true })
  return `${escapeStrings(JSON.stringify(sorted, null, 4))}\n`
}

/** JSON leaves as it is what only strings can hold and some terminals obey. */
function escapeStrings(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`)
}

/** As the API server's own encoder has them. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, field]) => [key, sortKeys(field)]))
}

/** The same data without user and password of URLs in its texts; keys stay. */
export function hideCredentials(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentials(value)
  if (Array.isArray(value)) return value.map(hideCredentials)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, hideCredentials(field)]))
}
