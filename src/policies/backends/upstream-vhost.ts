// Hot path on routes that set it.
// The Host that backends see. The other forwarded fields keep the client's.
import { definePolicy } from '../define-policy.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { parseVariables, renderSafeUrl, type VariableText } from '../values/variables.ts'

/** Replaces the Host field towards the backend (ingress-nginx: `upstream-vhost`). */
export const upstreamVhost = definePolicy('upstreamVhost', {
  doc: 'The Host header that the backend gets.',
  settings: {
    host: nginxSetting<VariableText | undefined>(
      'upstream-vhost',
      'text with variables',
      {
        default: undefined,
        consequence: "backends get the client's Host",
        doc: "Host header sent to the backend in place of the client's; nginx variables are obeyed. X-Forwarded-Host keeps the host the client asked for.",
      },
      written =>
        /^[!-~]+$/.test(written)
          ? parseVariables(written)
          : { problem: `${quote(written)} has blanks or characters that no host has` },
    ),
  },
  requestFields({ host }, request, edit) {
    if (host !== undefined) edit.host = renderSafeUrl(host, request)
  },
})
