// What the nginx directives in a snippet are called here. Snippets are never obeyed: this only reads them as data, to say
// what does the same instead, and to notice those that guard access.

/** One directive of a snippet. */
export interface Directive {
  readonly name: string
  readonly words: readonly string[]
}

/** What is to be said about a snippet. */
export interface SnippetAdvice {
  /** `custom-headers instead of add_header`, each once, in the order written; those without an equal are left out. */
  readonly instead: readonly string[]
  /** The first directive that keeps requests out, `deny all`; a route that loses it must not be open. */
  readonly guard: string | undefined
}

const responseHeaders = 'custom-headers'
const requestHeaders = 'proxy-set-headers in the ConfigMap'

/** Directive → what replaces it, in words of annotations and ConfigMap keys. */
const replacements: ReadonlyMap<string, string> = new Map([
  ['websocket_services', 'nothing (WebSockets pass as they are)'],
  ['access_log', 'enable-access-log'],
  ['add_header', responseHeaders],
  ['allow', 'allowlist-source-range'],
  ['auth_basic', 'auth-type and auth-secret'],
  ['auth_request', 'auth-url'],
  ['auth_request_set', 'auth-response-headers'],
  ['brotli', 'enable-brotli in the ConfigMap'],
  ['client_body_buffer_size', 'client-body-buffer-size'],
  ['client_max_body_size', 'proxy-body-size'],
  ['deny', 'denylist-source-range'],
  ['error_page', 'custom-http-errors'],
  ['expires', responseHeaders],
  ['gzip', 'use-gzip in the ConfigMap'],
  ['gzip_types', 'gzip-types in the ConfigMap'],
  ['keepalive_timeout', 'keep-alive in the ConfigMap'],
  ['limit_conn', 'limit-connections'],
  ['limit_rate', 'limit-rate'],
  ['limit_rate_after', 'limit-rate-after'],
  ['limit_req', 'limit-rps or limit-rpm'],
  ['location', 'a path of its own'],
  ['mirror', 'mirror-target'],
  ['more_clear_headers', 'hide-headers in the ConfigMap'],
  ['more_set_headers', responseHeaders],
  ['more_set_input_headers', requestHeaders],
  ['proxy_buffer_size', 'proxy-buffer-size'],
  ['proxy_buffering', 'proxy-buffering'],
  ['proxy_buffers', 'proxy-buffers-number'],
  ['proxy_connect_timeout', 'proxy-connect-timeout'],
  ['proxy_cookie_domain', 'proxy-cookie-domain'],
  ['proxy_cookie_path', 'proxy-cookie-path'],
  ['proxy_hide_header', 'hide-headers in the ConfigMap'],
  ['proxy_http_version', 'proxy-http-version'],
  ['proxy_next_upstream', 'proxy-next-upstream'],
  ['proxy_pass', 'a backend Service, with type ExternalName for another host'],
  ['proxy_read_timeout', 'proxy-read-timeout'],
  ['proxy_redirect', 'proxy-redirect-from and proxy-redirect-to'],
  ['proxy_request_buffering', 'proxy-request-buffering'],
  ['proxy_send_timeout', 'proxy-send-timeout'],
  ['proxy_set_header', requestHeaders],
  ['proxy_ssl_name', 'proxy-ssl-name'],
  ['proxy_ssl_server_name', 'proxy-ssl-server-name'],
  ['proxy_ssl_verify', 'proxy-ssl-verify'],
  ['real_ip_header', 'forwarded-for-header in the ConfigMap'],
  ['rewrite', 'rewrite-target'],
  ['satisfy', 'satisfy'],
  ['set_real_ip_from', 'proxy-real-ip-cidr in the ConfigMap'],
  ['ssl_verify_client', 'auth-tls-verify-client'],
])

/** Conditions of `if` by the variable they look at. */
const conditions: readonly (readonly [RegExp, string])[] = [
  [/\$request_method\b/, 'portico/match-methods'],
  [/\$(?:http_|cookie_)\w/, 'portico/match-headers'],
  [/\$(?:arg_\w|args\b|query_string\b)/, 'portico/match-query'],
]

/** Last words of a `rewrite` that make it a redirect. */
const rewriteEnds: ReadonlyMap<string, string> = new Map([
  ['permanent', 'permanent-redirect'],
  ['redirect', 'temporal-redirect'],
])

const guardNames = new Set([
  'deny',
  'auth_basic',
  'auth_request',
  'auth_jwt',
  'ssl_verify_client',
  'secure_link',
])

/** Reads a snippet. Never throws, whatever the text is. */
export function adviseOnSnippet(text: string): SnippetAdvice {
  const instead = new Set<string>()
  let guard: string | undefined
  for (const directive of readDirectives(text)) {
    const replacement = replacementOf(directive)
    if (replacement !== undefined) instead.add(`${replacement} instead of ${directive.name}`)
    if (guard === undefined && isGuard(directive))
      guard = [directive.name, ...directive.words].join(' ').slice(0, 60)
  }
  return { instead: [...instead], guard }
}

/** What replaces a directive whatever its words are; `undefined` when nothing is known. */
export function replacementOfDirective(name: string): string | undefined {
  return replacements.get(name)
}

function replacementOf({ name, words }: Directive): string | undefined {
  if (name === 'return') return /^30[12378]$/.test(words[0] ?? '') ? redirectFor(words[0]!) : undefined
  if (name === 'if') return conditions.find(([pattern]) => pattern.test(words.join(' ')))?.[1]
  if (name === 'proxy_set_header') return replacementOfField(words[0]?.toLowerCase())
  if (name === 'rewrite') return rewriteEnds.get(words.at(-1) ?? '') ?? replacements.get(name)
  return replacements.get(name)
}

function replacementOfField(field: string | undefined): string | undefined {
  if (field === 'host') return 'upstream-vhost'
  // What every guide to WebSockets behind nginx begins with.
  if (field === 'upgrade' || field === 'connection') return 'nothing (WebSockets pass as they are)'
  return replacements.get('proxy_set_header')
}

function redirectFor(status: string): string {
  return status === '301' || status === '308' ? 'permanent-redirect' : 'temporal-redirect'
}

/** `auth_basic off` and `allow` open rather than close; a status of the 400s answers in place of the backend. */
function isGuard({ name, words }: Directive): boolean {
  if (name === 'return') return /^4\d\d$/.test(words[0] ?? '')
  if (name.startsWith('access_by_lua')) return true
  // ModSecurity only reports until it is told to act.
  if (name === 'SecRuleEngine') return words[0] === 'On'
  return guardNames.has(name) && words[0] !== 'off'
}

/** Statements end at `;`, `{` or `}`; ModSecurity's at the end of their line. Comments run from `#` to the end of a line. */
export function readDirectives(text: string): Directive[] {
  const directives: Directive[] = []
  let words: string[] = []
  const end = () => {
    const [name, ...rest] = words
    if (name !== undefined) directives.push({ name, words: rest })
    words = []
  }
  for (const [token] of text.matchAll(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#[^\n]*|[;{}\n]|[^\s;{}"'#]+|["']/g,
  )) {
    if (token === ';' || token === '{' || token === '}') end()
    else if (token === '\n') {
      if (words[0]?.startsWith('Sec')) end()
    } else if (!token.startsWith('#')) words.push(unquote(token))
  }
  end()
  return directives
}

function unquote(token: string): string {
  return /^(["']).*\1$/s.test(token) && token.length > 1 ? token.slice(1, -1) : token
}
