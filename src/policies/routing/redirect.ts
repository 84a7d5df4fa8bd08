// Hot path on routes that redirect.
// Answers every request of a route with a redirect to a URL. The redirect to https is another policy.
import { definePolicy } from '../define-policy.ts'
import type { Answer, RequestFacts } from '../request-facts.ts'
import { booleanSetting, nginxSetting, quote, type SettingText } from '../setting-types.ts'
import { hostInUrl } from '../values/host-in-url.ts'
import { parseVariables, renderSafeUrl, type VariableText } from '../values/variables.ts'

/** nginx sends a Location with these only. */
const redirectStatuses = [301, 302, 303, 307, 308]

const variablesObeyed =
  'nginx variables such as $request_uri are obeyed; ingress-nginx has refused them since 1.9.'

const statusesRefused = '300, 304, 305 and 306 are refused: nginx sends no Location with them.'

/** Redirects (ingress-nginx: `temporal-redirect`, `permanent-redirect` and what goes with them). */
export const redirect = definePolicy('redirect', {
  doc: 'Answers every request of the Ingress with a redirect; no backend is asked. Asked after app-root and CORS preflights, before the redirect to https and before any guard.',
  settings: {
    temporal: nginxSetting<VariableText | undefined>(
      'temporal-redirect',
      'URL',
      {
        default: undefined,
        doc: 'URL (http or https) that every request is redirected to. Wins over permanent-redirect.',
        differs: variablesObeyed,
        consequence: 'requests are not redirected by it',
      },
      written => parseRedirect(written, /^https?:\/\/[^/?#]/i, 'an http or https URL'),
    ),
    temporalStatus: statusSetting('temporal-redirect-code', {
      default: 302,
      doc: 'Status of the temporal-redirect.',
      differs: '308 is obeyed, for which ingress-nginx sends 302.',
    }),
    permanent: nginxSetting<VariableText | undefined>(
      'permanent-redirect',
      'URL',
      {
        default: undefined,
        doc: 'URL or path that every request is redirected to.',
        differs: variablesObeyed,
        consequence: 'requests are not redirected by it',
      },
      written =>
        parseRedirect(
          written,
          /^(?:https?:\/\/[^/?#]|(?!https?:)[a-z][a-z0-9+.-]*:|\/|\$)/i,
          'a URL or a path that begins with /',
        ),
    ),
    permanentStatus: statusSetting('permanent-redirect-code', {
      default: 301,
      doc: 'Status of the permanent-redirect.',
    }),
    keepsRelative: booleanSetting('relative-redirects', {
      default: false,
      scope: 'both',
      doc: 'Leaves a permanent-redirect to a path as it is; otherwise scheme and host of the request are put before it.',
    }),
    namesListenPort: booleanSetting('use-port-in-redirects', {
      default: false,
      scope: 'both',
      doc: 'A permanent-redirect to a path names the port Portico listens on instead of the one in the Host header.',
      differs:
        'Without it redirects name the port of the Host header, which ingress-nginx leaves out; and the redirect to https names the https port with or without it.',
    }),
  },
  needs: { temporalStatus: ['temporal'], permanentStatus: ['permanent'] },
  isActive: ({ temporal, permanent }) => temporal !== undefined || permanent !== undefined,
  answersWhenDenied: true,
  answer(settings, request) {
    const { temporal, permanent } = settings
    if (temporal !== undefined) return answerWith(settings.temporalStatus, renderSafeUrl(temporal, request))
    if (permanent === undefined) return undefined
    const url = renderSafeUrl(permanent, request)
    const isPath = url.startsWith('/') && !url.startsWith('//')
    const origin = isPath && !settings.keepsRelative ? originOf(request, settings.namesListenPort) : ''
    return answerWith(settings.permanentStatus, origin + url)
  },
})

function answerWith(status: number, location: string): Answer {
  return { status, fields: [['Location', location]], reason: 'this route redirects all requests' }
}

/** Empty for a request that names no host: its redirect stays relative. */
function originOf(request: RequestFacts, namesListenPort: boolean): string {
  const { authority, scheme, localPort } = request
  if (authority === '') return ''
  if (!namesListenPort) return `${scheme}://${authority}`
  const isUsual = localPort === (scheme === 'https' ? 443 : 80)
  return `${scheme}://${hostInUrl(request.host)}${isUsual ? '' : `:${localPort}`}`
}

function statusSetting(name: string, text: SettingText<number>) {
  return nginxSetting<number>(
    name,
    'status',
    {
      ...text,
      choices: redirectStatuses.map(String),
      differs: `${text.differs ?? ''} ${statusesRefused}`.trim(),
    },
    written => {
      const status = redirectStatuses.find(known => String(known) === written)
      if (status !== undefined) return { value: status }
      return { problem: `${quote(written)} is none of the statuses ${redirectStatuses.join(', ')}` }
    },
  )
}

function parseRedirect(
  written: string,
  form: RegExp,
  formName: string,
): { readonly value: VariableText } | { readonly problem: string } {
  if (!form.test(written)) return { problem: `${quote(written)} is not ${formName}` }
  if (!/^[!-~]+$/.test(written)) return { problem: `${quote(written)} has characters that no URL has` }
  return parseVariables(written)
}
