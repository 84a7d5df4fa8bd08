// Hot path: answer and responseFields run for every request of a route with CORS.
// Cross-origin requests: preflights are answered here, and every response says which origins may read it.

import { type AnySetting, definePolicy } from '../define-policy.ts'
import type { ResponseEdit } from '../field-edits.ts'
import type { Answer } from '../request-facts.ts'
import { booleanSetting, integerSetting, nginxSetting, quote } from '../setting-types.ts'
import { shownText } from '../shown-value.ts'
import {
  type AllowedOrigins,
  allowsOrigin,
  anyOrigin,
  noOrigin,
  parseAllowedOrigins,
} from './cors-origins.ts'

interface CorsSettings {
  readonly enabled: boolean
  readonly origins: AllowedOrigins
  readonly methods: string
  readonly headers: string
  readonly exposed: string
  readonly credentials: boolean
  readonly maxAge: number
}

const methods = listSetting('cors-allow-methods', /^[A-Za-z, ]+$/, 'letters, commas and blanks', {
  default: 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
  doc: 'Value of Access-Control-Allow-Methods.',
  consequence: 'the field is left out',
})

const headers = listSetting(
  'cors-allow-headers',
  /^[A-Za-z0-9\-_, ]+$/,
  'letters, digits, "-", "_", commas and blanks',
  {
    default:
      'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
    doc: 'Value of Access-Control-Allow-Headers.',
    consequence: 'the field is left out',
  },
)

const credentials = booleanSetting('cors-allow-credentials', {
  default: true,
  doc: 'Sends `Access-Control-Allow-Credentials: true`. Browsers do not accept it together with the origin `*`.',
  consequence: 'they are not allowed',
})

/** ingress-nginx's CORS annotations. The list of origins fails closed. */
export const cors = definePolicy('cors', {
  doc: 'Answers CORS preflights, and says on every response who may read it.',
  settings: {
    enabled: booleanSetting('enable-cors', {
      default: false,
      doc: "Answers every OPTIONS request of an allowed origin with 204 before redirects, limits and authentication, and puts the Access-Control fields on every response to one, those of errors included, in place of the backend's.",
      differs: 'The 204 has no Content-Length, which RFC 9110 forbids there.',
    }),
    origins: nginxSetting<AllowedOrigins>(
      'cors-allow-origin',
      'list of origins',
      {
        default: anyOrigin,
        doc: 'Origins that are allowed: `https://foo.com`, `https://*.foo.com:8443` (one label), `null`, or `*` for everybody. With a list the response varies by Origin and says so in Vary.',
        differs:
          'The whole Origin is compared, not only its end. An item that can not be read allows nobody and is reported; a list without a good item gives no CORS fields, where ingress-nginx may allow everybody. `Vary: Origin` is added.',
        consequence: 'no origin is allowed',
      },
      text => ({ value: parseAllowedOrigins(text) }),
    ),
    methods,
    headers,
    exposed: listSetting(
      'cors-expose-headers',
      /^[A-Za-z0-9\-_*, ]+$/,
      'letters, digits, "-", "_", "*", commas and blanks',
      { default: '', doc: 'Value of Access-Control-Expose-Headers; without one the field is not sent.' },
    ),
    credentials,
    maxAge: integerSetting('cors-max-age', {
      default: 1_728_000,
      min: -1,
      max: 2_147_483_647,
      doc: 'Seconds that a browser may remember a preflight.',
    }),
  },
  check(settings, written, report) {
    for (const problem of settings.origins.problems) report('origins', `${problem}; that allows nobody`)
    const closed = { ...settings }
    // What could not be read is still the default, which allows more than anybody may have meant.
    if (written.has('origins') && settings.origins === anyOrigin && !isStar(written.get('origins')!.value))
      closed.origins = noOrigin
    if (written.has('credentials') && isUnreadable(credentials, written.get('credentials')!.value))
      closed.credentials = false
    if (written.has('methods') && isUnreadable(methods, written.get('methods')!.value)) closed.methods = ''
    if (written.has('headers') && isUnreadable(headers, written.get('headers')!.value)) closed.headers = ''
    return closed
  },
  needs: {
    origins: ['enabled'],
    methods: ['enabled'],
    headers: ['enabled'],
    exposed: ['enabled'],
    credentials: ['enabled'],
    maxAge: ['enabled'],
  },
  inWords: ({ origins }) => `lets ${shownText(origins)} read responses`,
  isActive: settings => settings.enabled,
  answersWhenDenied: true,
  answer(settings, request) {
    if (request.method !== 'OPTIONS' || !allowsOrigin(settings.origins, request.header('origin')))
      return undefined
    return preflightAnswer
  },
  responseFields(settings, request, edit) {
    const { origins } = settings
    if (!origins.any) varyByOrigin(edit)
    const origin = request.header('origin')
    if (!allowsOrigin(origins, origin)) return
    for (const [name, value] of accessFields(settings, origins.any ? '*' : origin!)) edit.set(name, value)
  },
})

/** Its Access-Control fields come by `responseFields`, as on every other response. The type is ingress-nginx's, as it is. */
const preflightAnswer: Answer = {
  status: 204,
  fields: [],
  reason: 'CORS preflight',
  body: { contentType: 'text/plain charset=UTF-8', text: '' },
}

/** In ingress-nginx's order. */
function accessFields(settings: CorsSettings, origin: string): (readonly [string, string | undefined])[] {
  return [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Allow-Credentials', settings.credentials ? 'true' : undefined],
    ['Access-Control-Allow-Methods', settings.methods || undefined],
    ['Access-Control-Allow-Headers', settings.headers || undefined],
    ['Access-Control-Expose-Headers', settings.exposed || undefined],
    ['Access-Control-Max-Age', String(settings.maxAge)],
  ]
}

/** Beside what the backend says, which may be several lines: a name too many does no harm, one too few mixes answers up. */
function varyByOrigin(edit: ResponseEdit): void {
  if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(edit.get('vary') ?? '')) edit.append('Vary', 'Origin')
}

/** Whether a text is none that a setting can be; line breaks are refused before any setting is asked. */
function isUnreadable(setting: AnySetting, text: string): boolean {
  return /[\r\n]/.test(text.trim()) || 'problem' in setting.parse(text.trim())
}

function isStar(text: string): boolean {
  return parseAllowedOrigins(text) === anyOrigin
}

function listSetting(
  name: string,
  allowed: RegExp,
  characters: string,
  text: { readonly default: string; readonly doc: string; readonly consequence?: string },
) {
  return nginxSetting<string>(name, 'list', text, written =>
    allowed.test(written)
      ? { value: written }
      : { problem: `${quote(written)} has characters other than ${characters}` },
  )
}
