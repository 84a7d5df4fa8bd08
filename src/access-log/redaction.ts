// Hot path while there is an access log. Leaves secrets out of lines: what stands in fields that carry credentials, and in
// query arguments that are known to. The rest of a line stays what it is.
import { withoutCredentials } from '../diagnostics/without-credentials.ts'

/** Stands in the place of what is left out. */
export const redacted = 'REDACTED'

/** What is left out of lines. */
export interface Redaction {
  /** A URL, or path and query, without secrets in its query and without credentials. */
  url(text: string): string
  /** Whether the values of this field, cookie or query argument are left out; in any case of letters. */
  hides(name: string): boolean
}

/** Query arguments, fields and cookies whose values are left out by default, in lower case. */
export const secretNames: readonly string[] = [
  'access_token',
  'api-key',
  'api_key',
  'apikey',
  'auth',
  'authorization',
  'client_secret',
  'code',
  'cookie',
  'id_token',
  'jwt',
  'otp',
  'passwd',
  'password',
  'private_token',
  'proxy-authorization',
  'pwd',
  'refresh_token',
  'secret',
  'session',
  'sessionid',
  'session_id',
  'set-cookie',
  'sig',
  'signature',
  'token',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
  'x-goog-signature',
]

/** Nothing is left out. */
export const noRedaction: Redaction = { url: text => text, hides: () => false }

/** Leaves out what {@link secretNames} and `others` name. */
export function createRedaction(others: readonly string[]): Redaction {
  const names = new Set([...secretNames, ...others.map(name => name.toLowerCase())])
  const hides = (name: string) => names.has(name.toLowerCase())
  const mayHide = patternOf(names)
  function url(text: string): string {
    const mark = text.indexOf('?')
    // Credentials stand before a host, and paths have none.
    const shown = text.startsWith('/') || text === '' ? text : withoutCredentials(text)
    if (mark === -1 || !mayHide.test(text)) return shown
    const begin = shown.indexOf('?') + 1
    return shown.slice(0, begin) + withoutSecrets(shown.slice(begin), hides)
  }
  return { url, hides }
}

/**
 * Whether it is worth while to look at each argument: most queries name nothing of the kind, and no name is spelt in escapes.
 * No two beginnings share what follows them, so that the time for a text grows as its length does.
 */
function patternOf(names: Iterable<string>): RegExp {
  const escaped = [...names].map(name => name.replace(/[^\w-]/g, '\\$&'))
  return new RegExp(`[?&;][^?=&;]*(?:%|${escaped.join('|')})`, 'i')
}

/** A query with the values of secret arguments replaced. Both ways to part arguments are looked at: backends differ. */
function withoutSecrets(query: string, hides: (name: string) => boolean): string {
  let shown = ''
  for (const part of query.split(/([&;])/)) {
    const equals = part.indexOf('=')
    const isSecret = equals > 0 && equals < part.length - 1 && namesIn(part.slice(0, equals)).some(hides)
    shown += isSecret ? `${part.slice(0, equals)}=${redacted}` : part
  }
  return shown
}

/** `user[password]` and `user.password` are a password to many a framework. */
function namesIn(written: string): string[] {
  return decoded(written).split(/[[\].]+/)
}

/** Names that are no UTF-8 are compared byte by byte; all of ours are ASCII. */
function decoded(text: string): string {
  return text.includes('%')
    ? text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      )
    : text
}
