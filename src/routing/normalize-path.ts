// Hot path: runs for every request.
// The one form of a path that rules are matched by, so that no guard can be escaped by encoding. Never used for what is
// sent on: that is the path as received.

const percent = 0x25
const dot = 0x2e
const slash = 0x2f
const space = 0x20
const del = 0x7f

/**
 * A path as rules are matched by: percent-decoded once (bytes as Latin-1 characters), dot segments resolved, `//`
 * merged, as nginx does it. `undefined`: the request is to be answered with 400, because the path does not begin with
 * `/`, climbs above the root, or holds a bad escape or a control character. `rawPath` is a path without its query.
 */
export function normalizePath(rawPath: string): string | undefined {
  if (rawPath.charCodeAt(0) !== slash) return undefined
  let previous = slash
  // Most paths need nothing done; one scan finds that out and the same string goes back.
  for (let i = 1; i < rawPath.length; i++) {
    const code = rawPath.charCodeAt(i)
    if (code === percent || code < space || code === del) return resolve(rawPath)
    if (previous === slash && (code === slash || code === dot)) return resolve(rawPath)
    previous = code
  }
  return rawPath
}

/** Decoding comes first: `%2e%2e` and `%2f` count as what they stand for. */
function resolve(rawPath: string): string | undefined {
  const decoded = percentDecode(rawPath)
  if (decoded === undefined) return undefined
  const segments = decoded.split('/')
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') kept.push(segment)
    else if (kept.pop() === undefined) return undefined
  }
  if (kept.length === 0) return '/'
  const last = segments.at(-1)
  const isDirectory = last === '' || last === '.' || last === '..'
  return `/${kept.join('/')}${isDirectory ? '/' : ''}`
}

function percentDecode(text: string): string | undefined {
  let decoded = ''
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code === percent) {
      const byte = hexValue(text.charCodeAt(i + 1)) * 16 + hexValue(text.charCodeAt(i + 2))
      if (Number.isNaN(byte)) return undefined
      decoded += text.slice(copied, i) + String.fromCharCode(byte)
      copied = i + 3
      i += 2
      code = byte
    }
    if (code < space || code === del) return undefined
  }
  return decoded + text.slice(copied)
}

/** `NaN` for what is no hexadecimal digit, the end of the text included. */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN
}
