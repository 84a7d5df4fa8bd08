// Hot path on routes with affinity: clients stay with their endpoint by a cookie. The settings, and the cookie on its way to
// the client; which endpoint it means is the balancers' business.
import { definePolicy } from '../define-policy.ts'
import { anyCase, booleanSetting, nginxSetting, quote, textSetting } from '../setting-types.ts'
import { renderSessionCookie } from './session-cookie.ts'

/** Cookie stickiness (ingress-nginx: `affinity`, `affinity-*`, `session-cookie-*`). */
export const affinity = definePolicy('affinity', {
  appliesTo: 'upstream',
  onCanaries: true,
  doc:
    'Keeps each client with one endpoint by a cookie. The cookie is set when an endpoint is chosen anew, so on the first ' +
    'response of a backend, and only on paths of the Ingress that asks for it.',
  settings: {
    kind: nginxSetting<'cookie' | undefined>(
      'affinity',
      'name',
      {
        default: undefined,
        choices: ['cookie'],
        doc:
          '"cookie" keeps clients with their endpoint, for all backends of the Ingress. It comes before upstream-hash-by and ' +
          'load-balance. An endpoint that can not be connected to keeps its clients (502), unless ' +
          'session-cookie-change-on-failure is set; one that a health check or outlier detection leaves out lends them to others.',
        differs: 'An Ingress without it does not follow the cookie of another one that has the same backend.',
      },
      text => (text === 'cookie' ? { value: text } : { problem: `${quote(text)} is not "cookie"` }),
    ),
    mode: nginxSetting<'balanced' | 'persistent'>(
      'affinity-mode',
      'name',
      {
        default: 'balanced',
        choices: ['balanced', 'persistent'],
        doc:
          'balanced: when endpoints come, about (new − old) / new of the clients move to them. persistent: clients stay for ' +
          'as long as their endpoint exists.',
      },
      text =>
        text === 'balanced' || text === 'persistent'
          ? { value: text }
          : { problem: `${quote(text)} is neither "balanced" nor "persistent"` },
    ),
    canaryBehavior: nginxSetting<'sticky' | 'legacy'>(
      'affinity-canary-behavior',
      'name',
      {
        default: 'sticky',
        choices: ['sticky', 'legacy'],
        doc:
          'Stands on a canary. sticky: a client stays with main or with the canary, wherever its first request went; this ' +
          "comes before the canary's own rules. legacy: the canary sets no cookie, and each request is decided about anew.",
        differs:
          'Of the affinity annotations a canary may carry this is the only one with an effect: its cookie is that of its main Ingress.',
      },
      text =>
        text === 'sticky' || text === 'legacy'
          ? { value: text }
          : { problem: `${quote(text)} is neither "sticky" nor "legacy"` },
    ),
    name: textSetting('session-cookie-name', {
      default: 'INGRESSCOOKIE',
      doc: 'Name of the cookie.',
      allowed: /^[A-Za-z0-9\-._~/:]+$/,
      characters: 'letters, digits and -._~/:',
    }),
    path: textSetting('session-cookie-path', {
      default: undefined,
      doc: 'Path attribute of the cookie; the path of the rule unless set. With use-regex it has to be set.',
      differs:
        'Where the path of the rule is a regex and none is set, it is "/" and not the text of the regex.',
      allowed: /^[A-Za-z0-9\-._~/:,?&=]+$/,
      characters: 'letters, digits and -._~/:,?&=',
    }),
    domain: textSetting('session-cookie-domain', {
      default: undefined,
      doc: 'Domain attribute of the cookie; none unless set.',
      allowed: /^[A-Za-z0-9\-._~/:]+$/,
      characters: 'letters, digits and -._~/:',
    }),
    expires: secondsOfCookie(
      'session-cookie-expires',
      'Expires attribute of the cookie, in seconds from now.',
    ),
    maxAge: secondsOfCookie('session-cookie-max-age', 'Max-Age attribute of the cookie, in seconds.'),
    sameSite: nginxSetting<'None' | 'Lax' | 'Strict' | undefined>(
      'session-cookie-samesite',
      'name',
      {
        default: undefined,
        choices: ['None', 'Lax', 'Strict'],
        pattern: anyCase('none', 'lax', 'strict'),
        doc: 'SameSite attribute of the cookie: None, Lax or Strict, in any case; none unless set.',
      },
      parseSameSite,
    ),
    conditionalSameSiteNone: booleanSetting('session-cookie-conditional-samesite-none', {
      default: false,
      doc: 'Leaves SameSite=None out for browsers that are known not to understand it.',
      differs: 'Chrome 400 and later will not be taken for Chrome 4x to 6x.',
    }),
    secure: booleanSetting('session-cookie-secure', {
      default: false,
      doc: 'Marks the cookie as Secure always; otherwise only where the request came over TLS.',
    }),
    changeOnFailure: booleanSetting('session-cookie-change-on-failure', {
      default: false,
      doc: 'A client whose endpoint fails gets another one and a new cookie; otherwise it keeps asking the one it has.',
    }),
  },
  check(settings, written, report) {
    if (settings.kind !== undefined || written.has('kind')) return settings
    for (const name of written.keys()) {
      if (name !== 'canaryBehavior')
        report(name, 'needs affinity: "cookie" beside it and has no effect without', 'warning')
    }
    return settings
  },
  isActive: ({ kind }) => kind !== undefined,
  responseFields(settings, request, edit) {
    // What no endpoint answered leaves the client free: it is not to stay with one that is down.
    if (request.newStay === '' || edit.isOwn) return
    const cookie = renderSessionCookie({ ...settings, name: settings.name! }, request.newStay, {
      secure: request.secure,
      rulePath: cookiePathOf(request.route),
      userAgent: request.header('user-agent') ?? '',
      now: Date.now(),
    })
    edit.append('Set-Cookie', cookie)
  },
})

/** The Path attribute where none is set: a regex would not mean in a cookie what it means in a rule. */
function cookiePathOf(
  route: { readonly path: string; readonly kind: 'exact' | 'prefix' | 'regex' } | undefined,
): string {
  return route === undefined || route.kind === 'regex' ? '/' : route.path
}

/** Whole seconds, negative ones too: they end a cookie. */
function secondsOfCookie(name: string, doc: string) {
  return nginxSetting<number | undefined>(name, 'seconds', { default: undefined, doc }, text =>
    /^-?\d{1,9}$/.test(text) ? { value: Number(text) } : { problem: `${quote(text)} is not a whole number` },
  )
}

function parseSameSite(
  text: string,
): { readonly value: 'None' | 'Lax' | 'Strict' } | { readonly problem: string } {
  const word = (['None', 'Lax', 'Strict'] as const).find(name => name.toLowerCase() === text.toLowerCase())
  return word === undefined ? { problem: `${quote(text)} is none of None, Lax and Strict` } : { value: word }
}
