// How long connections of clients may take and last, and what they begin with. Listeners follow it; nothing here runs per
// request.
import { definePolicy, type SettingsOf } from './define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote, secondsSetting } from './setting-types.ts'

/** Longest time, in seconds, that a timer can wait. */
const maxSeconds = 2_147_483

/** ingress-nginx's keys about connections of clients. */
export const clientConnections = definePolicy('clientConnections', {
  doc: 'How long connections of clients may take and last. New connections and requests follow a change.',
  settings: {
    keepAliveMs: secondsOrNever('keep-alive', {
      default: 75_000,
      doc: 'Seconds that a connection may idle between two requests; "0" closes it after each response.',
    }),
    keepAliveRequests: integerSetting('keep-alive-requests', {
      scope: 'config-map',
      default: Number.POSITIVE_INFINITY,
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      doc: 'Requests after which a connection is closed.',
      differs: 'Unlimited without it, where ingress-nginx closes after 1000.',
    }),
    headMs: secondsSetting('client-header-timeout', {
      scope: 'config-map',
      default: 10_000,
      doc: 'Seconds for the head of a request, from its first byte to its last; then 408.',
      differs: '10 without it, where ingress-nginx waits 60.',
    }),
    bodyMs: secondsSetting('client-body-timeout', {
      scope: 'config-map',
      default: 60_000,
      doc: 'Seconds for each kilobyte of a request body; then 408.',
      differs: 'A byte now and then does not count as progress.',
    }),
    generatesRequestId: booleanSetting('generate-request-id', {
      scope: 'config-map',
      default: true,
      doc: 'Gives requests that come without X-Request-ID one of 32 hex digits.',
    }),
    usesProxyProtocol: booleanSetting('use-proxy-protocol', {
      scope: 'config-map',
      default: false,
      doc: 'Every connection to either port has to begin with a PROXY header (version 1 or 2) that says whose it is; others are closed. Its port counts as the one clients connected to, and 443 as https.',
      differs: 'With proxy-real-ip-cidr written, headers of other peers are read and not believed.',
    }),
    proxyHeaderMs: nginxSetting<number>(
      'proxy-protocol-header-timeout',
      'seconds',
      {
        scope: 'config-map',
        default: 5_000,
        doc: 'Time for the PROXY header: `5s`, or a number of seconds.',
      },
      text => {
        const seconds = /^(\d{1,7})s?$/.exec(text)?.[1]
        return seconds !== undefined && Number(seconds) >= 1 && Number(seconds) <= maxSeconds
          ? { value: Number(seconds) * 1000 }
          : { problem: `${quote(text)} is not a number of seconds` }
      },
    ),
  },
})

/** What is in force of it. */
export type ClientConnections = SettingsOf<typeof clientConnections.settings>

function secondsOrNever(name: string, text: { readonly default: number; readonly doc: string }) {
  return secondsSetting(name, { ...text, scope: 'config-map', min: 0 })
}
