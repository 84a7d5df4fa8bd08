// Hot path while there is an access log. Leaves secrets out of lines: what stands in fields that carry credentials, and in
// query arguments that are known to. The rest of a line stays what it is.
import { secretNames } from '../diagnostics/secret-names.ts'
import { withoutCredentials } from '../diagnostics/without-credentials.ts'

/** Stands in the place of what is left out. */
export const redacted = 'REDACTED'

/** What is left out of lines. */
export interface Redaction {
  /** A URL, or path and query, without secrets in its query and fragment and without credentials. */
  url(text: string): string
  /** Whether the values of this field, cookie or query argument are left out; in any case of letters, with any `-` and `_`. */
  hides(name: string): boolean
}

/** Nothing is left out. */
export const noRedaction: Redaction = { url: text => text, hides: () => false }

/** Leaves out what {@link secretNames} and `others` name. */
export function createRedaction(others: readonly string[]): Redaction {
  const names = new Set([...secretNames, ...others].map(bare))
  const hides = (name: string) => names.has(bare(name))
  const mayHide = patternOf(names)
  function url(text: string): string {
    // Credentials stand before a host, and paths have none.
    const shown = /^(?:\/(?!\/)|$)/.test(text) ? text : withoutCredentials(text)
    const mark = shown.search(/[?#]/)
    return mark !== -1 && mayHide.test(shown)
      ? shown.slice(0, mark + 1) + hideArguments(shown.slice(mark + 1), hides)
      : shown
  }
  return { url, hides }
}

/** `accessToken`, `access-token` and `access_token` are the same to many a framework, and some drop blanks at an end. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[\x00-\x20+_-]/g, '')
}

/**
 * Whether it is worth while to look at each argument: most queries name nothing of the kind, no name is spelt in escapes, and no
 * value holds a query of its own. No two beginnings share what follows them, so that the time for a text grows as its length does.
 */
function patternOf(bareNames: Iterable<string>): RegExp {
  const spelt = [...bareNames].map(name =>
    Array.from(name, character => character.replace(/\W/, '\\$&')).join('[-_+]?'),
  )
  return new RegExp(`[?&;#][^?=&;#]*(?:%|${spelt.join('|')})|${queryInside.source}`, 'i')
}

/** What begins a query, or another argument of one, where a URL is the value of an argument. */
const queryInside = /%(?:3f|23|26|3b)/i

/**
 * A query with the values of secret arguments replaced. All ways to part arguments are looked at: backends differ, and a URL that
 * is the value of an argument may have been left as it is.
 */
function hideArguments(query: string, hides: (name: string) => boolean): string {
  let shown = ''
  for (const part of query.split(/([?&;#])/)) {
    const begin = part.indexOf('=') + 1
    const isSecret =
      begin > 1 &&
      begin < part.length &&
      (namesIn(part.slice(0, begin - 1)).some(hides) || holdsSecrets(part.slice(begin), hides))
    shown += isSecret ? part.slice(0, begin) + redacted : part
  }
  return shown
}

/** Whether a value is, escaped, a URL with secrets in its query: where to go back to, for one. */
function holdsSecrets(value: string, hides: (name: string) => boolean): boolean {
  if (!queryInside.test(value)) return false
  return decoded(value)
    .split(/[?&;#]/)
    .some(part => part.includes('=') && namesIn(part.slice(0, part.indexOf('='))).some(hides))
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
