// Hot path on routes that are mirrored: a copy of every request goes to another service, and its answer is thrown away
// (ingress-nginx: `mirror-target`). Nothing that becomes of a copy is seen by the client.

import { definePolicy } from '../define-policy.ts'
import { nginxSetting, onOrOff, quote } from '../setting-types.ts'
import { shownText } from '../shown-value.ts'
import { parseServiceUrl, type ServiceUrl, withEndpoints } from '../values/service-url.ts'
import { parseVariables, type VariableText } from '../values/variables.ts'
import { Mirrors } from './mirrors.ts'

/** Mirroring. */
export const mirror = definePolicy('mirror', {
  doc: 'Copies of requests for another service, for trying it out with real traffic. Copies are made of requests that are let in and forwarded; upgrades (WebSockets) are not copied.',
  settings: {
    target: nginxSetting<ServiceUrl | undefined>(
      'mirror-target',
      'URL with variables',
      {
        default: undefined,
        doc: 'Where copies go, like https://test.env.com$request_uri; without a path they go to /. The copy has the fields that the backend gets, but for Host: no password that was checked here, and nothing that an auth service did not say.',
        differs:
          'ingress-nginx sends the fields of the client. A slow or dead mirror never slows a request down: copies that 256 others at the same mirror are in front of, that need more than 16 MiB together, or whose request never came whole are dropped and counted (portico_policy_events_total). A copy is sent when its request has come whole. Services of the manifests and hosts that Portico serves are found without DNS, other https mirrors need a valid certificate, and a copy is never mirrored again.',
        consequence: 'nothing is mirrored',
      },
      written =>
        /^[!-~]+$/.test(written)
          ? parseServiceUrl(written)
          : { problem: `${quote(written)} has characters that do not belong in a URL` },
    ),
    requestBody: nginxSetting<boolean>(
      'mirror-request-body',
      'on or off',
      { default: true, choices: onOrOff, doc: 'Whether copies have the body of their request.' },
      written =>
        written === 'on' || written === 'off'
          ? { value: written === 'on' }
          : { problem: `${quote(written)} is neither "on" nor "off"` },
    ),
    host: nginxSetting<VariableText | undefined>(
      'mirror-host',
      'host, perhaps with variables',
      {
        default: undefined,
        doc: "Host header of the copies; the target's host without its port by default.",
      },
      written =>
        /^[A-Za-z0-9._~:${}[\]-]+$/.test(written)
          ? parseVariables(written)
          : { problem: `${quote(written)} is not a host` },
    ),
  },
  isActive: ({ target }) => target !== undefined,
  needs: { requestBody: ['target'], host: ['target'] },
  resolve: (settings, references) => ({
    ...settings,
    target: settings.target && withEndpoints(settings.target, references),
  }),
  inWords: ({ target, requestBody }) =>
    `sends a copy to ${shownText(target)}${requestBody ? '' : ', without its body'}`,
  createLive: services => new Mirrors(services),
  openTap: ({ target, requestBody, host }, request, live) =>
    target && live.open({ url: target, host, hasBody: requestBody }, request),
})
