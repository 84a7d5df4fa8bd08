// Hot path: runs for every request of a route with CORS.
// Which origins a list allows. An item that can not be read allows nobody; no list, however broken, allows everybody but `*`.
import { quote } from '../setting-types.ts'

/** Allowed origins; plain data. */
export interface AllowedOrigins {
  /** `*` is in the list: everybody, and requests without an Origin too. */
  readonly any: boolean
  /** Lower case. */
  readonly exact: ReadonlySet<string>
  /** `https://*.foo.com:8443` as the two parts around one label. */
  readonly wildcards: readonly { readonly before: string; readonly after: string }[]
  /** What is wrong with items, each as a clause that names its item. */
  readonly problems: readonly string[]
}

export const anyOrigin: AllowedOrigins = { any: true, exact: new Set(), wildcards: [], problems: [] }
/** What is left of a list in which nothing could be read. */
export const noOrigin: AllowedOrigins = { ...anyOrigin, any: false }

/** `scheme://host[:port]`, the host perhaps with `*.` for one label before it (RFC 6454 §6.2). */
const originItem =
  /^([a-z][a-z0-9+.-]*:\/\/)(\*\.)?((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/

/** Reads a comma-separated list. */
export function parseAllowedOrigins(text: string): AllowedOrigins {
  const exact = new Set<string>()
  const wildcards: { before: string; after: string }[] = []
  const problems: string[] = []
  for (const item of text.split(',').map(part => part.trim())) {
    if (item === '') continue
    if (item === '*') return anyOrigin
    if (item === 'null') {
      exact.add(item)
      continue
    }
    const match = originItem.exec(item.toLowerCase())
    if (match === null) {
      problems.push(
        `${quote(item)} is no origin; write "https://foo.com", "https://*.foo.com:8443", "null" or "*"`,
      )
      continue
    }
    const [, scheme = '', wildcard, host = '', port = ''] = match
    if (wildcard === undefined) exact.add(scheme + host + port)
    else wildcards.push({ before: scheme, after: `.${host}${port}` })
  }
  if (exact.size + wildcards.length + problems.length === 0) problems.push(`${quote(text)} names no origin`)
  return { any: false, exact, wildcards, problems }
}

/** Whether the value of an Origin field is allowed. The whole of it counts, whatever the case of its letters. */
export function allowsOrigin(allowed: AllowedOrigins, origin: string | undefined): boolean {
  if (allowed.any) return true
  if (origin === undefined) return false
  const name = origin.toLowerCase()
  return allowed.exact.has(name) || allowed.wildcards.some(wildcard => fitsWildcard(wildcard, name))
}

function fitsWildcard({ before, after }: { before: string; after: string }, name: string): boolean {
  const end = name.length - after.length
  if (end <= before.length || !name.startsWith(before) || !name.endsWith(after)) return false
  for (let i = before.length; i < end; i++) if (!isLabelCode(name.charCodeAt(i))) return false
  return true
}

function isLabelCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d
}
