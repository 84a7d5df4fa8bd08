import { describe, expect, it } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { requestRecord } from '../../test/support/request-record.ts'
import { defaultLogFormat, type LogEscaping, logVariableNames } from '../policies/observability/log-format.ts'
import { variableNames } from '../policies/values/variables.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { LineContext } from './line-context.ts'
import { LocalTime } from './local-time.ts'
import { renderNginxLine } from './nginx-line.ts'
import { createRedaction, noRedaction } from './redaction.ts'
import { createTemplateLines, knownFormat } from './template-line.ts'

const context: LineContext = { time: new LocalTime(), redaction: createRedaction([]), sampleRate: 1 }

interface Asked {
  readonly headers?: Record<string, string>
  readonly cookies?: Record<string, string>
  readonly sent?: Record<string, string>
  readonly path?: string
}

/** The request beside its record. */
function requestOf(record: RequestRecord, { headers, cookies, sent = {}, path = '/cart' }: Asked) {
  const { method, target, authority, requestId } = record
  const facts = requestFacts({
    method,
    target,
    authority,
    requestId,
    path,
    headers: { referer: record.referer, 'user-agent': record.userAgent, ...headers },
    ...(cookies && { cookies }),
  })
  const connection = { clientAddress: '10.0.0.1', peerAddress: '10.0.0.2', isProxied: true }
  const sentField = (name: string) => sent[name]
  return { ...facts, stream: { connection }, sentField } as unknown as RequestState
}

function render(
  format: string,
  differs: Partial<RequestRecord> = {},
  asked: Asked = {},
  escaping: LogEscaping = 'default',
  of = context,
): string {
  const record = requestRecord(differs)
  return createTemplateLines(knownFormat(format), escaping)(record, of, requestOf(record, asked))
}

describe("ingress-nginx's default format", () => {
  const attempt = requestRecord().attempts[0]!
  it.each<[string, Partial<RequestRecord>]>([
    ['a plain request', {}],
    [
      'one with everything',
      { user: 'ann', referer: 'http://b/?code=1', userAgent: 'x"y', target: '/?token=1' },
    ],
    ['one that was tried twice', { attempts: [{ ...attempt, status: 502, failure: 'reset' }, attempt] }],
    ['one that nobody answered', { attempts: [{ ...attempt, status: undefined }], status: 499 }],
    ['one that no rule takes', { attempts: [], upstreamName: '', status: 404 }],
    ['a canary', { alternativeUpstreamName: 'shop-canary-80' }],
  ])('gives the very line that is built without it: %s', (_, differs) => {
    // An empty field is none to nginx, which is how records say that there is none.
    const record = { referer: 'http://b/', userAgent: 'curl', ...differs }
    expect(render(defaultLogFormat, record)).toBe(renderNginxLine(requestRecord(record), context))
  })
})

describe('a format', () => {
  it('says a dash for what is not there, and nothing where values are escaped otherwise', () => {
    expect(render('[$args][$http_x][$upstream_addr]', { target: '/', attempts: [] })).toBe('[-][-][-]')
    expect(render('[$args][$http_x]', { target: '/' }, {}, 'json')).toBe('[][]')
    expect(render('[$is_args][$proxy_alternative_upstream_name]', { target: '/' })).toBe('[][]')
  })

  it('escapes values and never its own text', () => {
    const asked = { path: '/a"b\n\xc3\xa9' }
    expect(render('"$uri"', {}, asked)).toBe('"/a\\x22b\\x0A\\xC3\\xA9"')
    expect(render('{"u":"$uri"}', {}, asked, 'json')).toBe('{"u":"/a\\"b\\n\xc3\xa9"}')
    expect(render('"$uri"', {}, asked, 'none')).toBe('"/a"b\\x0A\xc3\xa9"')
  })

  it('leaves secrets out, wherever they are', () => {
    const target = '/x?token=s3cret&a=1'
    const headers = { authorization: 's3cret', cookie: 'a=s3cret', 'x-api-key': 's3cret', 'x-plain': 'seen' }
    const sent = { 'set-cookie': 'a=s3cret', location: '/cb?code=s3cret' }
    const format =
      '$request $request_uri $args $query_string $arg_token $escaped_request_uri $http_authorization $http_cookie ' +
      '$http_x_api_key $http_referer $cookie_a $sent_http_set_cookie $sent_http_location $http_x_plain $arg_a'
    const record = { target, referer: 'http://u:s3cret@b.test/?sig=s3cret' }
    const asked = { headers, cookies: { a: 's3cret' }, sent }
    const line = render(format, record, asked)
    expect(line).not.toContain('s3cret')
    expect(line.match(/REDACTED/g)).toHaveLength(13)
    expect(line).toMatch(/ seen 1$/)
    const shown = render(format, record, asked, 'default', { ...context, redaction: noRedaction })
    expect(shown).not.toContain('REDACTED')
    expect(shown.match(/s3cret/g)).toHaveLength(14)
  })

  it('knows a value or a dash for every variable, also of what was no request', () => {
    for (const name of [...logVariableNames, ...variableNames]) {
      const format = `$${name.endsWith('_') ? `${name}x` : name}`
      expect(render(format), name).not.toContain('undefined')
      const lines = createTemplateLines(knownFormat(format), 'default')
      const refused = { method: '', target: '', authority: '', userAgent: '', attempts: [] }
      expect(lines(requestRecord(refused), context, undefined), name).not.toMatch(/undefined|NaN/)
    }
  })

  it('tells times, sizes and addresses as nginx does', () => {
    expect(render('$time_iso8601')).toMatch(/^2026-10-\d\dT\d\d:\d\d:09[+-]\d\d:\d\d$/)
    expect(render('$msec $request_time $upstream_connect_time $upstream_header_time')).toBe(
      '1791205509.042 0.003 0.000 0.003',
    )
    expect(render('$bytes_sent $body_bytes_sent $request_length')).toBe('105 5 60')
    expect(render('$remote_addr $realip_remote_addr $proxy_protocol_addr')).toBe(
      '127.0.0.1 10.0.0.2 10.0.0.1',
    )
  })
})
