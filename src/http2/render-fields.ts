// Hot path: runs for every HTTP/2 response.
// Field lines as HTTP/2 sends them (RFC 9113 §8.2): names in lower case, nothing that concerns a connection.

const SP = 32

/** What only HTTP/1.1 says of a connection; Node throws when it is handed one. */
const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'te',
])

/** Adds the names and values of `lines` (`Name: value\r\n`) to `fields`, in turn, as `node:http2` takes them. */
export function renderFields(lines: string, fields: string[]): void {
  let start = 0
  while (start < lines.length) {
    const colon = lines.indexOf(':', start)
    const end = lines.indexOf('\r\n', colon)
    const name = lines.slice(start, colon).toLowerCase()
    // Lines are tidy: there is one blank before the value, or none, and none behind it.
    const valueStart = lines.charCodeAt(colon + 1) === SP ? colon + 2 : colon + 1
    if (!connectionFields.has(name)) fields.push(name, lines.slice(valueStart, end))
    start = end + 2
  }
}

/** The same as an object, where Node takes nothing else: interim responses and trailers. */
export function renderFieldObject(lines: string): Record<string, string | string[]> {
  const fields: string[] = []
  renderFields(lines, fields)
  const object: Record<string, string | string[]> = Object.create(null)
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    const before = object[name]
    object[name] = before === undefined ? fields[i + 1]! : [before, fields[i + 1]!].flat()
  }
  return object
}
