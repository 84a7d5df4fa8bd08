import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultLogFormat, logVariableNames, parseLogFormat } from './log-format.ts'

describe('a format', () => {
  it('is cut into text and variables', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx writes variables so
    const parsed = parseLogFormat('a $status ${request_time}s "$http_x_foo" $Sent_HTTP_Content_Type')
    expect(parsed).toMatchObject({
      value: {
        parts: [
          'a ',
          { name: 'status' },
          ' ',
          { name: 'request_time' },
          's "',
          { name: 'http_', argument: 'x-foo' },
          '" ',
          { name: 'sent_http_', argument: 'content-type' },
        ],
      },
    })
  })

  it('may be the default of ingress-nginx, and any of the variables', () => {
    expect(parseLogFormat(defaultLogFormat)).toHaveProperty('value')
    for (const name of logVariableNames) {
      const written = name.endsWith('_') ? `${name}x` : name
      expect(parseLogFormat(`$${written}`)).toMatchObject({ value: { parts: [{ name }] } })
    }
  })

  it("reads escapes as nginx's quoted words have them, and letters beyond ASCII", () => {
    expect(parseLogFormat('a\\tb\\n\\"\\\'\\\\é\\d')).toMatchObject({
      value: { parts: ['a\tb\n"\'\\\xc3\xa9\\d'] },
    })
  })

  it('names the variables of nginx that have no value here, each once', () => {
    const parsed = parseLogFormat(
      '$status $pipe $Request_Body $pipe $upstream_http_x $ssl_cipher $ssl_server_name',
    )
    expect(parsed).toHaveProperty('value.valueless', [
      expect.stringMatching(/^\$pipe has no value: /),
      expect.stringMatching(/^\$Request_Body has no value: bodies/),
      expect.stringMatching(/sent_http_/),
      expect.stringMatching(/^\$ssl_cipher/),
    ])
  })

  it('is read or refused, whatever the text is', () => {
    const piece = fc.oneof(fc.constantFrom('$', '{', '}', '\\', '$status', '$http_', '_', '"'), fc.string())
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const parsed = parseLogFormat(pieces.join(''))
        expect('value' in parsed || parsed.problem !== '').toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['', /empty/],
    ['$', /\$literal_dollar/],
    ['$stauts', /did you mean \$status\?/],
    ['a\x1b[2J', /control/],
    ['$status'.repeat(129), /more than 128/],
    ['$__proto__', /no variable/],
    ['$constructor', /no variable/],
  ])('says what is wrong with %j', (written, problem) => {
    expect(parseLogFormat(written)).toEqual({ problem: expect.stringMatching(problem) })
  })
})
