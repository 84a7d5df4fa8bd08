// Hot path on routes that ask another service: absolute URLs with variables (`http://auth.test$request_uri`), cut into host
// and target when they are read, so that nothing a client sends can move the border between the two.
import type { RequestFacts } from '../request-facts.ts'
import { quote } from '../setting-types.ts'
import { parseVariables, renderSafeUrl, renderVariables, type VariableText } from './variables.ts'

/** An absolute http or https URL; plain data. */
export interface UrlTemplate {
  /** As written. */
  readonly text: string
  readonly secure: boolean
  /** Host and perhaps a port. */
  readonly authority: VariableText
  /** Where it leads when the authority has no variables. */
  readonly fixed: Authority | undefined
  /** Path and query; may begin with a variable. */
  readonly target: VariableText
}

/** Where a URL leads. */
export interface Authority {
  /** Lower case, without brackets and trailing dot. */
  readonly host: string
  readonly port: number
}

// What follows the authority: a slash, a query, or a variable whose value begins with a slash.
const border = /[/?]|\$(?:\{(?:request_uri|uri|document_uri)\}|(?:request_uri|uri|document_uri)\b)/

/** Reads a URL; or says what is wrong with it, as a clause. Never throws. */
export function parseUrlTemplate(
  text: string,
): { readonly value: UrlTemplate } | { readonly problem: string } {
  const scheme = /^https?:\/\//i.exec(text)?.[0]
  if (scheme === undefined) return { problem: `${quote(text)} does not begin with http:// or https://` }
  const secure = scheme.length === 8
  const rest = text.slice(scheme.length)
  const end = border.exec(rest)?.index ?? rest.length
  const authority = parseVariables(rest.slice(0, end))
  if ('problem' in authority) return authority
  const target = parseVariables(rest.slice(end))
  if ('problem' in target) return target
  const isFixed = authority.value.parts.every(part => typeof part === 'string')
  const fixed = isFixed ? parseAuthority(rest.slice(0, end), secure) : undefined
  // What stands for a variable is not known yet; a letter takes its place.
  const sample = authority.value.parts.map(part => (typeof part === 'string' ? part : 'x')).join('')
  if (parseAuthority(sample, secure) === undefined)
    return { problem: `${quote(text)} names no host that could be asked` }
  return { value: { text, secure, authority: authority.value, fixed, target: target.value } }
}

/** Where the URL leads for a request; `undefined` when its variables make no host. */
export function authorityOf(url: UrlTemplate, request: RequestFacts): Authority | undefined {
  return url.fixed ?? parseAuthority(renderVariables(url.authority, request), url.secure)
}

/** Path and query for a request, percent-encoded where a URL needs it; begins with `/`. */
export function targetOf(url: UrlTemplate, request: RequestFacts): string {
  const target = renderSafeUrl(url.target, request)
  return target.startsWith('/') ? target : `/${target}`
}

function parseAuthority(text: string, secure: boolean): Authority | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9][a-z0-9._-]*))(?::(\d{1,5}))?$/i.exec(text)
  if (match === null || text.length > 255 || text.includes('..')) return undefined
  const port = match[3] === undefined ? (secure ? 443 : 80) : Number(match[3])
  if (port < 1 || port > 65_535) return undefined
  const host = (match[1] ?? match[2])!.toLowerCase()
  return { host: host.endsWith('.') ? host.slice(0, -1) : host, port }
}
