// Hot path on routes that use variables: text with nginx variables (`https://$host$request_uri`), cut into parts when it is
// read and put together for each request. Values are data: nothing is evaluated, and no pattern runs on a request.
import { hostname } from 'node:os'
import { nearestName } from '../../diagnostics/nearest-name.ts'
import type { RequestFacts } from '../request-facts.ts'
import { quote } from '../setting-types.ts'
import { hostInUrl } from './host-in-url.ts'
import {
  controls,
  escapeComponent,
  holdsAny,
  percentEncode,
  unsafeInSegment,
  unsafeInUrl,
} from './percent-encode.ts'

/** What a variable stands for; `argument` is the rest of a name that stands for many (`x-foo` of `$http_x_foo`). */
export interface Variable {
  readonly name: VariableName
  readonly argument: string
}

/** Text with variables; plain data. */
export interface VariableText {
  /** As written. */
  readonly text: string
  /** Literal text (bytes as Latin-1) and variables, in order. */
  readonly parts: readonly (string | Variable)[]
}

/** Most variables in one text: each may be as long as a request head, so this bounds what a request can blow up to. */
const maxVariables = 32

type ReadVariable = (request: RequestFacts, argument: string) => string

const hostName = hostname()

/** Every variable and its value. An absent value is empty text, as in nginx. */
const readers = {
  args: queryOf,
  arg_: (request, name) => argumentOf(queryOf(request), name),
  best_http_host: ({ authority }) => authority,
  binary_remote_addr: ({ clientAddress }) => clientAddress,
  content_length: request => request.header('content-length') ?? '',
  content_type: request => request.header('content-type') ?? '',
  cookie_: (request, name) => request.cookie(name) ?? '',
  document_uri: ({ path }) => path,
  escaped_request_uri: ({ target }) => escapeComponent(target),
  host: ({ host }) => hostInUrl(host),
  hostname: () => hostName,
  http_: (request, name) => request.header(name) ?? '',
  http_host: ({ authority }) => authority,
  https: ({ secure }) => (secure ? 'on' : ''),
  ingress_name: ({ route }) => route?.origin.ingress ?? '',
  is_args: request => (queryOf(request) === '' ? '' : '?'),
  literal_dollar: () => '$',
  location_path: ({ route }) => route?.path ?? '',
  msec: () => (Date.now() / 1000).toFixed(3),
  namespace: ({ route }) => route?.origin.namespace ?? '',
  pass_access_scheme: ({ scheme }) => scheme,
  pass_port: ({ localPort }) => String(localPort),
  pass_server_port: ({ localPort }) => String(localPort),
  proxy_add_x_forwarded_for: request => joined(request.header('x-forwarded-for'), request.clientAddress),
  proxy_upstream_name: upstreamNameOf,
  query_string: queryOf,
  remote_addr: ({ clientAddress }) => clientAddress,
  remote_user: userOf,
  req_id: ({ requestId }) => requestId,
  request: request => `${request.method} ${request.target} ${protocolOf(request)}`,
  request_id: ({ requestId }) => requestId,
  request_method: ({ method }) => method,
  request_uri: ({ target }) => target,
  scheme: ({ secure }) => (secure ? 'https' : 'http'),
  server_name: ({ route }) => (route === undefined || route.host === '' ? '_' : route.host),
  server_port: ({ localPort }) => String(localPort),
  server_protocol: protocolOf,
  service_name: ({ route }) => route?.backend?.service ?? '',
  service_port: ({ route }) => route?.backend?.port ?? '',
  the_real_ip: ({ clientAddress }) => clientAddress,
  uri: ({ path }) => path,
} as const satisfies Record<string, ReadVariable>

/** A key of the list above; one that ends in `_` takes an argument. */
export type VariableName = keyof typeof readers

/** Names of all variables without the `$`, for documentation; those that end in `_` go on with a name of the user's. */
export const variableNames = Object.keys(readers) as readonly VariableName[]

/**
 * Reads text with variables, written `$name` or `${name}`; or says what is wrong, as a clause. A `$` always begins a
 * variable: a literal one is written `$literal_dollar`. Never throws.
 */
export function parseVariables(
  written: string,
): { readonly value: VariableText } | { readonly problem: string } {
  const parts: (string | Variable)[] = []
  const addLiteral = (text: string) => {
    if (text !== '') parts.push(Buffer.from(text, 'utf8').toString('latin1'))
  }
  let end = 0
  for (let start = written.indexOf('$'); start !== -1; start = written.indexOf('$', end)) {
    const found = /^\$(?:\{(\w+)\}|(\w+))/.exec(written.slice(start))
    if (found === null) {
      const problem = `${quote(written.slice(start, start + 12))} begins no variable; write a dollar sign as $literal_dollar`
      return { problem }
    }
    const variable = findVariable(found[1] ?? found[2]!)
    if ('problem' in variable) return variable
    addLiteral(written.slice(end, start))
    parts.push(variable)
    end = start + found[0].length
  }
  addLiteral(written.slice(end))
  if (holdsAny(written, controls)) return { problem: `${quote(written)} has control characters` }
  if (parts.filter(part => typeof part !== 'string').length > maxVariables) {
    return { problem: `it has more than ${maxVariables} variables` }
  }
  return { value: { text: written, parts } }
}

/** Hot path: the text for a request, bytes as Latin-1. May hold any byte: `$uri` is decoded. For keys and logs. */
export function renderVariables(text: VariableText, request: RequestFacts): string {
  let rendered = ''
  for (const part of text.parts) rendered += typeof part === 'string' ? part : renderVariable(part, request)
  return rendered
}

/** Hot path: as {@link renderVariables}, for field values: control characters, CR and LF among them, are percent-encoded. */
export function renderSafe(text: VariableText, request: RequestFacts): string {
  return percentEncode(renderVariables(text, request), controls)
}

/**
 * Hot path: as {@link renderSafe}, for URLs: blanks, quotes and bytes beyond ASCII are percent-encoded, too, and in values
 * that were decoded whatever would mean something else then.
 */
export function renderSafeUrl(text: VariableText, request: RequestFacts): string {
  let rendered = ''
  for (const part of text.parts) {
    if (typeof part === 'string') rendered += percentEncode(part, unsafeInUrl)
    else {
      const isDecoded = part.name === 'uri' || part.name === 'document_uri' || part.name === 'remote_user'
      rendered += percentEncode(renderVariable(part, request), isDecoded ? unsafeInSegment : unsafeInUrl)
    }
  }
  return rendered
}

/** Hot path: what a variable stands for, bytes as Latin-1; empty for nothing. May hold any byte: `$uri` is decoded. */
export function renderVariable({ name, argument }: Variable, request: RequestFacts): string {
  const read: ReadVariable = readers[name]
  return read(request, argument)
}

/** The variable of this name; or what is wrong with it, as a clause. */
function findVariable(written: string): Variable | { readonly problem: string } {
  const variable = variableNamed(written)
  if (variable !== undefined) return variable
  if (/^\d/.test(written)) return { problem: `$${written} is a capture group, and nothing is captured here` }
  const nearest = nearestName(
    written,
    variableNames.filter(known => !known.endsWith('_')),
  )
  const hint = nearest === undefined ? '' : `; did you mean $${nearest}?`
  return { problem: `$${written} is no variable that is known here${hint}` }
}

/**
 * The variable of this name without its `$`; `undefined`: there is none. Names are read regardless of case, as nginx does; the
 * name of a cookie is kept as it is, cookies are case-sensitive.
 */
export function variableNamed(written: string): Variable | undefined {
  const name = written.toLowerCase()
  if (Object.hasOwn(readers, name) && !name.endsWith('_')) return { name: name as VariableName, argument: '' }
  if (/^http_./.test(name)) return { name: 'http_', argument: name.slice(5).replaceAll('_', '-') }
  if (/^arg_./.test(name)) return { name: 'arg_', argument: name.slice(4) }
  if (/^cookie_./.test(name)) return { name: 'cookie_', argument: written.slice(7) }
  return undefined
}

function queryOf({ target }: RequestFacts): string {
  const mark = target.indexOf('?')
  return mark === -1 ? '' : target.slice(mark + 1)
}

/** The first argument of that name, not decoded; names are compared regardless of case (nginx `$arg_name`). */
function argumentOf(query: string, name: string): string {
  for (let start = 0; start < query.length; ) {
    const next = query.indexOf('&', start)
    const end = next === -1 ? query.length : next
    const value = start + name.length
    if (value < end && query.charCodeAt(value) === 0x3d && query.slice(start, value).toLowerCase() === name)
      return query.slice(value + 1, end)
    start = end + 1
  }
  return ''
}

function protocolOf({ version }: RequestFacts): string {
  return `HTTP/${version}`
}

function joined(list: string | undefined, last: string): string {
  return list === undefined || list === '' ? last : `${list}, ${last}`
}

/** ingress-nginx's name of a backend; `-` for a request that no rule takes. */
function upstreamNameOf({ route }: RequestFacts): string {
  if (route?.backend === undefined) return '-'
  return `${route.origin.namespace}-${route.backend.service}-${route.backend.port}`
}

/** The user that Basic credentials claim, whoever checks them; empty without. */
function userOf(request: RequestFacts): string {
  const credentials = request.header('authorization')
  if (credentials === undefined || credentials.slice(0, 6).toLowerCase() !== 'basic ') return ''
  const pair = Buffer.from(credentials.slice(6).trim(), 'base64').toString('latin1')
  const colon = pair.indexOf(':')
  return colon === -1 ? '' : pair.slice(0, colon)
}
