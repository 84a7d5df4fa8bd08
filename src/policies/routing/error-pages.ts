// Hot path on routes that set it.
// Who answers instead of a Service that has no endpoint, and which error responses another Service replaces. Which request
// that Service gets is told here; sending it is the proxy's business.
import { definePolicy } from '../define-policy.ts'
import type { RequestFacts } from '../request-facts.ts'
import { booleanSetting, nginxSetting, quote } from '../setting-types.ts'

/** Error pages by a Service (ingress-nginx: `default-backend`, `custom-http-errors`, `disable-proxy-intercept-errors`). */
export const errorPages = definePolicy('errorPages', {
  doc: 'Error pages made by a Service, and the Service that stands in for one without endpoints.',
  settings: {
    service: nginxSetting<string | undefined>(
      'default-backend',
      'Service name',
      {
        default: undefined,
        consequence: 'it stands in for nobody',
        doc: 'Service of the same namespace whose first port takes the requests while the Service of a path has no endpoint (with X-Code: 503), and answers for custom-http-errors. Spoken to in plain HTTP, whatever backend-protocol says.',
      },
      written =>
        /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(written)
          ? { value: written }
          : { problem: `${quote(written)} is not a Service name` },
    ),
    statuses: nginxSetting<readonly number[]>(
      'custom-http-errors',
      'list of statuses',
      {
        default: [],
        scope: 'both',
        doc: 'Statuses (400 to 599, separated by commas) that are replaced: the default backend is asked for / with X-Code, X-Format, X-Original-URI and the names of Ingress and Service, and its status and body go to the client. Without any default backend the client gets its 404.',
        differs:
          "The body of the client's request is not sent to the default backend; when that one fails, too, the client gets the failure; requests of gRPC keep their errors, as their clients read no pages; and what Portico itself refuses is never answered by the very Service that was asked for.",
      },
      parseStatuses,
    ),
    sparesBackends: booleanSetting('disable-proxy-intercept-errors', {
      default: false,
      scope: 'both',
      doc: 'custom-http-errors replaces only what Portico itself answers; responses of backends pass through.',
    }),
  },
  needs: { sparesBackends: ['statuses'] },
  requestFields(_settings, request, edit) {
    if (request.errorStatus === 0) return
    for (const [name, value] of errorFields(request)) edit.set(name, value)
  },
})

/** Whether a response of this status is replaced; `isOwn`: Portico made it. */
export function isReplaced(
  { statuses, sparesBackends }: typeof errorPages.defaults,
  status: number,
  isOwn: boolean,
): boolean {
  return statuses.includes(status) && (isOwn || !sparesBackends)
}

/** What an error backend is told of the request it answers for; what does not exist is left out. */
export function errorFields(
  request: RequestFacts,
): readonly (readonly [name: string, value: string | undefined])[] {
  const { route } = request
  return [
    ['X-Code', String(request.errorStatus)],
    ['X-Format', request.header('accept')],
    ['X-Original-URI', request.target],
    ['X-Namespace', route?.origin.namespace],
    ['X-Ingress-Name', route?.origin.ingress],
    ['X-Service-Name', route?.backend?.service],
    ['X-Service-Port', route?.backend?.port],
  ]
}

function parseStatuses(
  written: string,
): { readonly value: readonly number[] } | { readonly problem: string } {
  const statuses: number[] = []
  for (const item of written.split(',').map(text => text.trim())) {
    if (item === '') continue
    if (!/^[45]\d\d$/.test(item)) return { problem: `${quote(item)} is not a status from 400 to 599` }
    statuses.push(Number(item))
  }
  return { value: [...new Set(statuses)].sort() }
}
