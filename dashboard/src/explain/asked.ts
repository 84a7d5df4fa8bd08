// The form of Explain as data: what stands in the address of the page, so that a question can be shared, and what the API is
// asked.

/** A question about a request, as somebody fills it in. Empty text: left out. */
export interface Asked {
  readonly method: string
  readonly url: string
  /** A field on each line, `Name: value`. */
  readonly headers: string
  /** A cookie on each line, `name=value`. */
  readonly cookies: string
  readonly clientAddress: string
  readonly serverName: string
  /** How often it is decided about; empty for once. */
  readonly repeat: string
}

/** The names in addresses: those of /api/explain. */
const names = {
  method: 'method',
  url: 'url',
  headers: 'header',
  cookies: 'cookie',
  clientAddress: 'client-ip',
  serverName: 'sni',
  repeat: 'repeat',
} as const

/** Reads the address of the page. */
export function readAsked(query: URLSearchParams): Asked {
  const one = (name: string) => query.get(name) ?? ''
  const lines = (name: string) => query.getAll(name).join('\n')
  return {
    method: one(names.method) || 'GET',
    url: one(names.url),
    headers: lines(names.headers),
    cookies: lines(names.cookies),
    clientAddress: one(names.clientAddress),
    serverName: one(names.serverName),
    repeat: one(names.repeat),
  }
}

/** The query that `readAsked` reads and /api/explain understands; what is left out stays out. */
export function queryOf(asked: Asked): URLSearchParams {
  const query = new URLSearchParams()
  const add = (name: string, text: string) => {
    for (const line of text.split('\n')) if (line.trim() !== '') query.append(name, line.trim())
  }
  add(names.url, completeUrl(asked.url))
  if (asked.method !== 'GET') add(names.method, asked.method)
  add(names.headers, asked.headers)
  add(names.cookies, asked.cookies)
  add(names.clientAddress, asked.clientAddress)
  add(names.serverName, asked.serverName)
  add(names.repeat, asked.repeat)
  return query
}

/** The address of the page that asks this. */
export function explainHref(asked: Partial<Asked>): string {
  return `#/explain?${queryOf({ ...readAsked(new URLSearchParams()), ...asked })}`
}

/** People leave the scheme out: `shop.test/cart`. */
function completeUrl(url: string): string {
  const trimmed = url.trim()
  return trimmed === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`
}
