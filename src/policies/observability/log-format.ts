// Formats of access logs in nginx's words: text with variables, cut into parts when it is read. Which variables there are is
// said here; what they stand for is the access log's business.
import { nearestName } from '../../diagnostics/nearest-name.ts'
import { quote } from '../setting-types.ts'
import { type Variable, variableNamed, variableNames } from '../values/variables.ts'

/** ingress-nginx's own, the default of `log-format-upstream`. */
export const defaultLogFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id'

/** Variables that only a request that is over has, or that it has in other words; those that end in `_` go on with a name. */
export const logVariableNames = [
  'body_bytes_sent',
  'bytes_sent',
  'msec',
  'opentelemetry_span_id',
  'opentelemetry_trace_id',
  'pid',
  'portico_cause',
  'portico_retries',
  'portico_rule',
  'portico_variant',
  'proxy_alternative_upstream_name',
  'proxy_protocol_addr',
  'proxy_upstream_name',
  'realip_remote_addr',
  'remote_user',
  'request_completion',
  'request_length',
  'request_time',
  'sent_http_',
  'ssl_server_name',
  'status',
  'time_iso8601',
  'time_local',
  'upstream_addr',
  'upstream_connect_time',
  'upstream_header_time',
  'upstream_response_length',
  'upstream_response_time',
  'upstream_status',
] as const

/** A name of the list above. */
export type LogVariableName = (typeof logVariableNames)[number]

/** What a variable stands for; `argument` is the rest of a name that stands for many (`content-type` of `$sent_http_content_type`). */
export type LogVariable =
  | Variable
  | { readonly name: 'valueless'; readonly argument: '' }
  | { readonly name: LogVariableName; readonly argument: string }

/** A format; plain data. */
export interface LogFormat {
  /** As written. */
  readonly text: string
  /** Literal text (bytes as Latin-1) and variables, in order. */
  readonly parts: readonly (string | LogVariable)[]
  /** Variables of nginx that have no value here, as clauses: `$pipe is …`. A dash stands in their place, or nothing. */
  readonly valueless: readonly string[]
}

/** How values are written: nginx's words for `log_format`'s `escape`. */
export type LogEscaping = 'default' | 'json' | 'none'

/** Most variables in one format, so that a line has a bound. */
const maxVariables = 128

/** Variables of nginx that nothing here stands behind: a pattern of their names, and why. */
const valueless: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^connection$/, 'connections have no numbers here'],
  [/^connection_requests$/, 'the requests of a connection are not counted'],
  [/^pipe$/, 'it is not kept whether a request was pipelined'],
  [/^(request_body|request_body_file)$/, 'bodies pass through and are not kept'],
  [/^ssl_/, 'it is not kept for logs'],
  [/^upstream_cache_status$/, 'there is no cache'],
  [/^upstream_http_./, 'fields of backends are not kept; sent_http_ has those that the client got'],
  [/^upstream_(bytes_received|bytes_sent|trailer_.+|cookie_.+)$/, 'it is not kept for logs'],
  [/^limit_(req|conn)_status$/, 'portico_cause says what was refused, and why'],
  [/^geoip2?_/, 'addresses are not looked up in a geographic database'],
  [/^tcpinfo_/, 'the system is not asked about connections'],
  [/^(document_root|realpath_root|request_filename|nginx_version|limit_rate)$/, 'there is no nginx here'],
]

/**
 * Reads a format, `$name` or `${name}` for variables and nginx's escapes in quoted text (`\t`, `\n`, `\"`); or says what is
 * wrong, as a clause. Never throws.
 */
export function parseLogFormat(
  written: string,
): { readonly value: LogFormat } | { readonly problem: string } {
  const parts: (string | LogVariable)[] = []
  const missing = new Set<string>()
  const addLiteral = (text: string) => {
    if (text !== '') parts.push(Buffer.from(withoutEscapes(text), 'utf8').toString('latin1'))
  }
  let end = 0
  for (let start = written.indexOf('$'); start !== -1; start = written.indexOf('$', end)) {
    const found = /^\$(?:\{(\w+)\}|(\w+))/.exec(written.slice(start))
    if (found === null) {
      const problem = `${quote(written.slice(start, start + 12))} begins no variable; write a dollar sign as $literal_dollar`
      return { problem }
    }
    const name = found[1] ?? found[2]!
    const variable = findVariable(name)
    if ('problem' in variable) return variable
    if (variable.name === 'valueless') missing.add(`$${name} has no value: ${whyValueless(name)}`)
    addLiteral(written.slice(end, start))
    parts.push(variable)
    end = start + found[0].length
  }
  addLiteral(written.slice(end))
  if (parts.length === 0) return { problem: 'it is empty; lines would be, too' }
  // Line feeds and tabs are a matter of taste; whatever else moves the cursor of a terminal is not.
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(withoutEscapes(written)))
    return { problem: 'it has control characters' }
  if (parts.filter(part => typeof part !== 'string').length > maxVariables)
    return { problem: `it has more than ${maxVariables} variables` }
  return { value: { text: written, parts, valueless: [...missing] } }
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', '"': '"', "'": "'", '\\': '\\' }

/** As nginx reads quoted words of its configuration. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([tn"'\\])/g, (_, escaped: string) => escapes[escaped]!)
}

const logNames: ReadonlySet<string> = new Set(logVariableNames)

/** Names are read regardless of case, as nginx does. What only logs know goes first. */
function findVariable(written: string): LogVariable | { readonly problem: string } {
  const name = written.toLowerCase()
  if (logNames.has(name) && !name.endsWith('_')) return { name: name as LogVariableName, argument: '' }
  if (/^sent_http_./.test(name)) return { name: 'sent_http_', argument: name.slice(10).replaceAll('_', '-') }
  const variable = variableNamed(written)
  if (variable !== undefined) return variable
  if (whyValueless(name) !== undefined) return { name: 'valueless', argument: '' }
  const known = [...logVariableNames, ...variableNames].filter(one => !one.endsWith('_'))
  const nearest = nearestName(name, known)
  const hint = nearest === undefined ? '' : `; did you mean $${nearest}?`
  return { problem: `$${written} is no variable that is known here${hint}` }
}

function whyValueless(name: string): string | undefined {
  return valueless.find(([names]) => names.test(name.toLowerCase()))?.[1]
}
