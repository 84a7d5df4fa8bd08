// Hot path: runs for each Set-Cookie, Location or Refresh field of a route that rewrites them.
// One `from to` pair of nginx's proxy_redirect, proxy_cookie_path and proxy_cookie_domain: how a value is recognised and what
// takes its place. Knows nothing of the fields that hold the values.

import type { RequestFacts } from '../request-facts.ts'
import { quote } from '../setting-types.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'
import { parseVariables, renderSafe, type VariableText } from '../values/variables.ts'

/** Text, with variables perhaps, or the number of a capture group of the regex (1…9). */
type ReplacementPart = VariableText | number

/** Recognises values and says what replaces them. A literal is compared as `kind` says; a regex replaces the whole value. */
export interface TextRewrite {
  /** `prefix`: the value begins with `from`. `domain`: it is `from`, in any letter case, whatever dot either begins with. */
  readonly kind: 'prefix' | 'domain' | 'regex'
  /** What is looked for; the pattern of a regex has no variables. */
  readonly from: VariableText
  readonly ignoreCase: boolean
  readonly to: readonly ReplacementPart[]
}

type Parsed<T> = { readonly value: T } | { readonly problem: string }

/**
 * Reads a pair. A `from` that begins with `~` is a regex (`~*`: in any letter case), found anywhere in the value, whose groups
 * are `$1` to `$9` in `to`; for domains every comparison ignores case. Elsewhere `$name` is a variable of nginx.
 */
export function parseTextRewrite(
  from: string,
  to: string,
  literal: 'prefix' | 'domain',
): Parsed<TextRewrite> {
  if (!isFieldText(from) || !isFieldText(to))
    return { problem: `${quote(`${from} ${to}`)} has characters that may not stand in a header` }
  return from.startsWith('~') ? parseRegex(from, to, literal) : parseLiteral(from, to, literal)
}

function parseRegex(from: string, to: string, literal: 'prefix' | 'domain'): Parsed<TextRewrite> {
  const ignoreCase = from.startsWith('~*') || literal === 'domain'
  const pattern = from.slice(from.startsWith('~*') ? 2 : 1)
  const compiled = compileLinearRegex(pattern, { ignoreCase })
  if ('problem' in compiled) return { problem: `the pattern ${quote(pattern)} ${compiled.problem}` }
  const parts: ReplacementPart[] = []
  // nginx reads one digit after `$`: `$12` is group 1 and a 2.
  for (const piece of to.split(/(\$[1-9])/)) {
    const text = parseVariables(piece)
    if (/^\$[1-9]$/.test(piece)) parts.push(Number(piece[1]))
    else if ('problem' in text) return text
    else parts.push(text.value)
  }
  return { value: { kind: 'regex', from: { text: pattern, parts: [] }, ignoreCase, to: parts } }
}

function parseLiteral(from: string, to: string, kind: 'prefix' | 'domain'): Parsed<TextRewrite> {
  const isDomain = kind === 'domain'
  const wanted = parseVariables(isDomain ? withoutDot(from) : from)
  if ('problem' in wanted) return wanted
  const replacement = parseVariables(isDomain ? withoutDot(to) : to)
  if ('problem' in replacement) return replacement
  return { value: { kind, from: wanted.value, ignoreCase: isDomain, to: [replacement.value] } }
}

/** The value with its replacement; `undefined` when it is not one that the pair speaks of. */
export function rewriteText(rewrite: TextRewrite, value: string, request: RequestFacts): string | undefined {
  if (rewrite.kind === 'regex') return rewriteByRegex(rewrite, value, request)
  const from = renderSafe(rewrite.from, request)
  if (rewrite.kind === 'prefix') {
    if (!value.startsWith(from)) return undefined
    return renderReplacement(rewrite, request, () => '') + value.slice(from.length)
  }
  const bare = withoutDot(value)
  if (bare.toLowerCase() !== from.toLowerCase()) return undefined
  return (bare.length === value.length ? '' : '.') + renderReplacement(rewrite, request, () => '')
}

function rewriteByRegex(rewrite: TextRewrite, value: string, request: RequestFacts): string | undefined {
  const matcher = regexOf(rewrite).matcher(value)
  if (!matcher.find()) return undefined
  return renderReplacement(rewrite, request, group =>
    group <= matcher.groupCount() ? (matcher.group(group) ?? '') : '',
  )
}

function renderReplacement(
  { to }: TextRewrite,
  request: RequestFacts,
  groupOf: (group: number) => string,
): string {
  let text = ''
  for (const part of to) text += typeof part === 'number' ? groupOf(part) : renderSafe(part, request)
  return text
}

/** Settings are plain data; the compiled regex of one is kept beside it, as long as the table holds it. */
const regexes = new WeakMap<TextRewrite, LinearRegex>()

function regexOf(rewrite: TextRewrite): LinearRegex {
  let regex = regexes.get(rewrite)
  if (regex === undefined) {
    const compiled = compileLinearRegex(rewrite.from.text, { ignoreCase: rewrite.ignoreCase })
    if ('problem' in compiled) throw new Error(`a pattern that was checked ${compiled.problem}`)
    regex = compiled.regex
    regexes.set(rewrite, regex)
  }
  return regex
}

function withoutDot(domain: string): string {
  return domain.startsWith('.') ? domain.slice(1) : domain
}

/** Visible ASCII only: what a manifest puts into fields must not end a line or need a coding. */
function isFieldText(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text)
}
