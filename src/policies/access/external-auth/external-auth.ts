// Hot path on routes behind external auth: every request is asked about at an auth service (ingress-nginx: `auth-url`, and
// `global-auth-url` for all). Fails closed: what can not be read answers 503, what can not be asked 500.

import { definePolicy } from '../../define-policy.ts'
import type { References } from '../../references.ts'
import { shownText } from '../../shown-value.ts'
import { withEndpoints } from '../../values/service-url.ts'
import { parseVariables, type VariableText } from '../../values/variables.ts'
import { authCheckOf } from './auth-check.ts'
import { AuthServices } from './auth-service.ts'
import { problemOfName } from './header-lists.ts'
import { externalAuthSettings, type FieldsReference } from './settings.ts'
import { completeSignIn } from './sign-in-url.ts'

/** Settings that say how the service of `auth-url` is asked. */
const needsUrl: ReadonlySet<string> = new Set<keyof typeof externalAuthSettings>([
  'method',
  'signIn',
  'signInParam',
  'responseHeaders',
  'setFields',
  'requestRedirect',
  'cacheKey',
  'cacheDurations',
  'alwaysSetCookie',
  'keepalive',
  'keepaliveRequests',
  'keepaliveShareVars',
  'keepaliveTimeoutMs',
])

/** External auth. */
export const externalAuth = definePolicy('externalAuth', {
  doc: 'A service of your own decides who is let in: it is asked about every request, with its fields and without its body.',
  settings: externalAuthSettings,
  isGuard: true,
  authenticates: true,
  needs: {
    globalMethod: ['globalUrl'],
    globalSignIn: ['globalUrl'],
    globalSignInParam: ['globalUrl'],
    globalResponseHeaders: ['globalUrl'],
    globalRequestRedirect: ['globalUrl'],
    globalCacheKey: ['globalUrl'],
    globalCacheDurations: ['globalUrl'],
    globalAlwaysSetCookie: ['globalUrl'],
  },
  isActive: settings => authCheckOf(settings) !== undefined,
  check(settings, written, report) {
    if (settings.url === undefined && !written.has('url')) {
      for (const name of written.keys())
        if (needsUrl.has(name)) report(name, 'has no effect without auth-url', 'warning')
    }
    const { signIn, signInParam, globalSignIn, globalSignInParam } = settings
    return {
      ...settings,
      signIn: signIn && completeSignIn(signIn, signInParam),
      globalSignIn: globalSignIn && completeSignIn(globalSignIn, globalSignInParam),
    }
  },
  resolve(settings, references, report) {
    const { url, globalUrl, setFields } = settings
    return {
      ...settings,
      url: url && withEndpoints(url, references),
      globalUrl: globalUrl && withEndpoints(globalUrl, references),
      setFields: setFields && withFields(setFields, references, problem => report('setFields', problem)),
    }
  },
  inWords(settings) {
    const check = authCheckOf(settings)
    return check && `asks ${shownText(check.url)} whether to let requests in`
  },
  createLive: services => new AuthServices(services),
  admit(settings, request, live) {
    const check = authCheckOf(settings)
    // What no rule takes has nothing behind it to guard (ingress-nginx asks for locations of Ingresses only).
    if (check === undefined || (settings.url === undefined && request.route === undefined)) return undefined
    return live.decide(check, settings, request)
  },
  // Also where another guard let the request in and nobody was asked: these are never the client's to say.
  requestFields(settings, _request, edit) {
    for (const name of authCheckOf(settings)?.responseHeaders ?? []) edit.set(name, undefined)
  },
})

/** The reference with what its ConfigMap holds; `deny` is told why that can not be sent. */
function withFields(
  reference: FieldsReference,
  references: References,
  deny: (problem: string) => void,
): FieldsReference {
  const found = references.configMap(reference.configMap)
  if ('problem' in found) {
    deny(found.problem)
    return reference
  }
  const fields: (readonly [string, VariableText])[] = []
  for (const [name, text] of found.data) {
    const value = parseVariables(text.trim())
    const problem = problemOfName(name) ?? ('problem' in value ? `${name}: ${value.problem}` : undefined)
    if (problem !== undefined) deny(`names a ConfigMap that can not be sent: ${problem}`)
    else if ('value' in value) fields.push([name, value.value])
  }
  return { ...reference, fields }
}
