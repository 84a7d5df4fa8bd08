// A request that somebody asks about: what a client would send, and from where.
import { domainToASCII } from 'node:url'

/** One request, not sent. Texts are Latin-1, one octet per character, and hold no line ends. */
export interface AskedRequest {
  readonly method: string
  /** Whether it comes over TLS. */
  readonly secure: boolean
  /** The Host field, with its port. */
  readonly authority: string
  /** Path and query, as sent. */
  readonly target: string
  /** Without Host. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly clientAddress: string
  /** The host the handshake asks for; `undefined` when it names none, or without TLS. */
  readonly serverName: string | undefined
  /** The port that the client connects to. */
  readonly port: number
}

/** What a person or a file says of a request. */
export interface WrittenRequest {
  /** Default GET. */
  readonly method?: string | undefined
  /** `http://host/path`; without a scheme http is meant. What is no octet of a URL is escaped as browsers do. */
  readonly url: string
  /** Host replaces the URL's. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** `name=value`, each. */
  readonly cookies?: readonly string[]
  /** For https only. Default: the URL's host, where it is a name; empty for none. */
  readonly serverName?: string | undefined
  /** Default 127.0.0.1. */
  readonly clientAddress?: string | undefined
}

/** Reads what was written; or says what is wrong with it, as a clause. Never throws. */
export function readAskedRequest(
  written: WrittenRequest,
): { readonly value: AskedRequest } | { readonly problem: string } {
  const url = readUrl(written.url)
  if ('problem' in url) return url
  const { headers = [], cookies = [], method = 'GET', clientAddress = '127.0.0.1' } = written
  const host = headers.find(([name]) => name.toLowerCase() === 'host')
  const fields = headers.filter(([name]) => name.toLowerCase() !== 'host')
  if (url.authorization !== undefined) fields.push(['Authorization', url.authorization])
  if (cookies.length > 0) fields.push(['Cookie', cookies.join('; ')])
  const texts = [method, ...fields.flat(), host?.[1] ?? '']
  if (texts.some(text => /[\r\n]/.test(text)))
    return { problem: 'a line end stands in a field or the method' }
  const { secure, authority, port, target, hostName } = url
  if (host === undefined && hostName === '')
    return { problem: `${JSON.stringify(written.url)} names no host` }
  if (written.serverName !== undefined && !secure)
    return { problem: 'a server name (SNI) is asked for by https:// only' }
  const serverName = serverNameOf(written.serverName ?? hostName)
  return {
    value: {
      method,
      secure,
      authority: octetsOf(host?.[1] ?? authority),
      target,
      fields: fields.map(([name, value]) => [octetsOf(name), octetsOf(value)] as const),
      clientAddress,
      serverName: secure ? serverName : undefined,
      port,
    },
  }
}

interface ReadUrl {
  readonly secure: boolean
  readonly authority: string
  readonly hostName: string
  readonly port: number
  readonly target: string
  readonly authorization: string | undefined
}

/** Not by the class URL: that would resolve dot segments, which is for the proxy to do. */
function readUrl(text: string): ReadUrl | { readonly problem: string } {
  const match =
    /^(?:(https?):\/\/)?(?:([^/?#@]*)@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?(\/[^#]*|\?[^#]*)?(?:#.*)?$/is.exec(
      text,
    )
  const hasOtherScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) && !/^https?:/i.test(text)
  if (match === null || hasOtherScheme)
    return { problem: `${JSON.stringify(text)} is no URL of http or https` }
  const [, scheme = 'http', user, host = '', portText = '', rest = ''] = match
  const secure = scheme.toLowerCase() === 'https'
  const hostName = host.startsWith('[') || host === '' ? host : domainToASCII(host) || host
  const port = portText === '' ? (secure ? 443 : 80) : Number(portText)
  return {
    secure,
    authority: portText === '' ? hostName : `${hostName}:${portText}`,
    hostName,
    port,
    target: escapeTarget(rest.startsWith('/') ? rest : `/${rest}`),
    authorization: user === undefined ? undefined : basicOf(user),
  }
}

/** What clients escape before they send a URL: blanks, quotes, what is beyond ASCII. Everything else goes out as written. */
function escapeTarget(target: string): string {
  return target.replace(/[\s"<>`{}|\\^\u0000-\u001f\u007f]|[^\u0000-\u007f]+/gu, part => {
    const octets = Buffer.from(part, 'utf8')
    return Array.from(octets, octet => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`).join('')
  })
}

/** Credentials in a URL are sent as curl sends them. */
function basicOf(user: string): string {
  return `Basic ${Buffer.from(decodeEscapes(user), 'utf8').toString('base64')}`
}

function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Addresses are never asked for by SNI (RFC 6066 §3). */
function serverNameOf(hostName: string): string | undefined {
  return hostName === '' || hostName.startsWith('[') || /^[\d.]+$/.test(hostName)
    ? undefined
    : hostName.toLowerCase().replace(/\.$/, '')
}

/** UTF-8, each octet as one character. */
function octetsOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
