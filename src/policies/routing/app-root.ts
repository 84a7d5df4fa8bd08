// Hot path on routes that set it.
// Where a request for `/` is sent. Never looks at other paths.
import { definePolicy } from '../define-policy.ts'
import type { Answer, RequestFacts } from '../request-facts.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { parseVariables, renderSafeUrl, type VariableText } from '../values/variables.ts'

/** Sends requests for exactly `/` to the application's root with 302 (ingress-nginx: `app-root`). */
export const appRoot = definePolicy('appRoot', {
  doc: 'Redirects requests for exactly / to the root of the application.',
  settings: {
    path: nginxSetting<VariableText | undefined>(
      'app-root',
      'path',
      {
        default: undefined,
        consequence: 'nothing is redirected by it',
        doc: 'Path that a request for exactly / is redirected to with 302, at the same scheme, host and port; the query is dropped. Asked before everything else but client certificates and block lists, and for the whole host, whichever Ingress has the rule for /, or none.',
      },
      parseAppRoot,
    ),
  },
  hostWide: true,
  isActive: ({ path }) => path !== undefined,
  answersWhenDenied: true,
  answer({ path }, request) {
    return path === undefined || request.path !== '/' ? undefined : redirectToRoot(path, request)
  },
})

function redirectToRoot(path: VariableText, request: RequestFacts): Answer {
  const origin = request.authority === '' ? '' : `${request.scheme}://${request.authority}`
  return {
    status: 302,
    fields: [['Location', origin + renderSafeUrl(path, request)]],
    reason: 'the application begins at another path',
  }
}

function parseAppRoot(written: string): { readonly value: VariableText } | { readonly problem: string } {
  if (!/^\/[A-Za-z0-9\-._~/:${}]*$/.test(written)) {
    return { problem: `${quote(written)} is not a path of letters, digits and -._~/: that begins with /` }
  }
  // Two slashes would name another host (RFC 3986 §4.2); `/` itself would be redirected for ever.
  if (written === '/' || written.startsWith('//')) return { problem: `${quote(written)} leads nowhere` }
  return parseVariables(written)
}
