// Hot path: runs for every field of every message.
// Which fields a proxy has to know by name. Everything else passes through untouched.

/** What a field means to an intermediary. `other` passes through. */
export const FieldKind = {
  other: 0,
  /** A name with `_`: dropped from requests, because CGI-style backends can not tell it from the `-` form (ingress-nginx default). */
  underscore: 1,
  connection: 2,
  contentLength: 3,
  transferEncoding: 4,
  host: 5,
  upgrade: 6,
  expect: 7,
  te: 8,
  trailer: 9,
  /** Concerns one hop only and is always dropped: Keep-Alive, Proxy-Connection, Proxy-Authorization, HTTP2-Settings, Proxy (httpoxy). */
  hopByHop: 10,
  /** Set by Portico for the backend; a client's own is dropped. */
  forwarded: 11,
  forwardedFor: 12,
  forwardedHost: 13,
  requestId: 14,
  cookie: 15,
  date: 16,
  server: 17,
  /** Counted down on OPTIONS (RFC 9110 §7.6.2), untouched on any other method. */
  maxForwards: 18,
} as const

export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind]

const kinds: Record<string, FieldKind> = {
  connection: FieldKind.connection,
  'content-length': FieldKind.contentLength,
  'transfer-encoding': FieldKind.transferEncoding,
  host: FieldKind.host,
  upgrade: FieldKind.upgrade,
  expect: FieldKind.expect,
  te: FieldKind.te,
  trailer: FieldKind.trailer,
  'keep-alive': FieldKind.hopByHop,
  'proxy-connection': FieldKind.hopByHop,
  'proxy-authorization': FieldKind.hopByHop,
  'http2-settings': FieldKind.hopByHop,
  proxy: FieldKind.hopByHop,
  'x-forwarded-for': FieldKind.forwardedFor,
  'x-forwarded-host': FieldKind.forwardedHost,
  'x-forwarded-port': FieldKind.forwarded,
  'x-forwarded-proto': FieldKind.forwarded,
  'x-forwarded-scheme': FieldKind.forwarded,
  'x-forwarded-prefix': FieldKind.forwarded,
  'x-original-forwarded-for': FieldKind.forwarded,
  'x-original-forwarded-host': FieldKind.forwarded,
  'x-real-ip': FieldKind.forwarded,
  'x-scheme': FieldKind.forwarded,
  // Client-certificate facts only Portico may state; stripped from whoever else sends them.
  'ssl-client-cert': FieldKind.forwarded,
  'ssl-client-verify': FieldKind.forwarded,
  'ssl-client-subject-dn': FieldKind.forwarded,
  'ssl-client-issuer-dn': FieldKind.forwarded,
  'x-request-id': FieldKind.requestId,
  cookie: FieldKind.cookie,
  date: FieldKind.date,
  server: FieldKind.server,
  'max-forwards': FieldKind.maxForwards,
}

interface Candidate {
  readonly name: string
  readonly kind: FieldKind
}

/** Known names by length: most names of a message share their length with none or one of them. */
const candidatesByLength: readonly (readonly Candidate[] | undefined)[] = groupByLength()

function groupByLength(): Candidate[][] {
  const groups: Candidate[][] = []
  for (const [name, kind] of Object.entries(kinds)) {
    groups[name.length] ??= []
    groups[name.length]!.push({ name, kind })
  }
  return groups
}

/** The kind of the field whose name is `text[start, end)`; the name must be a valid token. Case-insensitive. */
export function fieldKindOf(text: string, start: number, end: number): FieldKind {
  const candidates = candidatesByLength[end - start]
  if (candidates === undefined) return FieldKind.other
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!
    if (equalsIgnoringCase(text, start, candidate.name)) return candidate.kind
  }
  return FieldKind.other
}

/** Whether `text` at `start` reads `lower`, a lower-case token, in any letter case. */
export function equalsIgnoringCase(text: string, start: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    const code = text.charCodeAt(start + i)
    const want = lower.charCodeAt(i)
    if (code !== want && (code < 65 || code > 90 || code + 32 !== want)) return false
  }
  return true
}
