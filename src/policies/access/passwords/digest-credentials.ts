// Hot path: runs for every request of a route with digest authentication.
// Digest access authentication (RFC 7616) with MD5 and qop=auth: reading an Authorization field, and what its response has
// to be. Knows no users and no nonces.
import { hash, timingSafeEqual } from 'node:crypto'

/** What a client sends; all of it is its own claim. */
export interface DigestCredentials {
  readonly user: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  /** Eight hexadecimal digits, as sent. */
  readonly count: string
  readonly clientNonce: string
  /** 32 hexadecimal digits. */
  readonly response: string
}

/** `undefined` for another scheme, another algorithm, without qop=auth, or when anything is missing or written twice. */
export function readDigestCredentials(authorization: string | undefined): DigestCredentials | undefined {
  if (authorization === undefined || !/^digest +/i.test(authorization)) return undefined
  const parameters = readParameters(authorization.slice('digest '.length))
  if (parameters === undefined) return undefined
  const { username, realm, nonce, uri, nc, cnonce, qop, response, algorithm = 'MD5' } = parameters
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined)
    return undefined
  if (qop?.toLowerCase() !== 'auth' || algorithm.toUpperCase() !== 'MD5') return undefined
  if (cnonce === undefined || !/^[0-9a-fA-F]{8}$/.test(nc ?? '')) return undefined
  if (!/^[0-9a-fA-F]{32}$/.test(response ?? '')) return undefined
  return { user: username, realm, nonce, uri, count: nc!, clientNonce: cnonce, response: response! }
}

/** Whether the response proves that the client knows the password behind `ha1` (hexadecimal, lower case). */
export function provesPassword(credentials: DigestCredentials, method: string, ha1: string): boolean {
  const { nonce, count, clientNonce, uri, response } = credentials
  const ha2 = md5(`${method}:${uri}`)
  const expected = md5(`${ha1}:${nonce}:${count}:${clientNonce}:auth:${ha2}`)
  return timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(response.toLowerCase(), 'latin1'))
}

/** Texts are bytes as Latin-1 characters. */
function md5(text: string): string {
  return hash('md5', Buffer.from(text, 'latin1'), 'hex')
}

/** `name=value, name="quoted \" value"`; `undefined` when it is anything else. */
function readParameters(text: string): Record<string, string | undefined> | undefined {
  const parameters: Record<string, string | undefined> = Object.create(null)
  const parameter = /[\s,]*([A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))[ \t]*(?=,|$)/y
  while (parameter.lastIndex < text.length) {
    const match = parameter.exec(text)
    if (match === null) return undefined
    const name = match[1]!.toLowerCase()
    if (parameters[name] !== undefined) return undefined
    parameters[name] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!
  }
  return parameters
}
