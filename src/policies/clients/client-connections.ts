// How long connections of clients may take and last, and what they begin with. Listeners follow it; nothing here runs per
// request.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote, secondsSetting } from '../setting-types.ts'

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
    headLimits: nginxSetting<HeadLimits>(
      'large-client-header-buffers',
      'number size',
      {
        scope: 'config-map',
        default: { headBytes: 16 * 1024, targetBytes: 8 * 1024 },
        doc: 'How large the head of a request may be, as a number of buffers and their size: `4 16k`. The target has to fit into one of them (else 414), the head into all (else 431).',
        differs:
          'Heads of more than 16k are refused without it, and more than 64k can not be allowed. A head that is too large gets 431, not 400.',
      },
      parseHeadLimits,
    ),
    bodyMs: secondsSetting('client-body-timeout', {
      scope: 'config-map',
      default: 60_000,
      doc: 'Seconds for each kilobyte of a request body; then 408.',
      differs: 'A byte now and then does not count as progress.',
    }),
    usesHttp2: booleanSetting('use-http2', {
      scope: 'config-map',
      default: true,
      doc: 'Offers HTTP/2 on the HTTPS port (ALPN `h2`). The HTTP port takes it from clients that begin with it (prior knowledge); there is no `Upgrade: h2c`.',
      differs: '"false" also ends prior knowledge on the HTTP port. New connections follow a change.',
    }),
    maxConcurrentStreams: integerSetting('http2-max-concurrent-streams', {
      scope: 'config-map',
      default: 128,
      min: 1,
      max: 100_000,
      doc: 'Requests that one HTTP/2 connection may have under way; the surplus is refused, and a client that knows the number and goes beyond it loses its connection.',
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
  needs: { proxyHeaderMs: ['usesProxyProtocol'] },
  check(settings, _, report) {
    if (settings.headLimits.isCut === true)
      report('headLimits', 'allows heads of more than 64k; those are refused all the same', 'warning')
    return settings
  },
})

/** In bytes: a whole head, and the target in it. */
export interface HeadLimits {
  readonly headBytes: number
  readonly targetBytes: number
  /** More was asked for than is allowed. */
  readonly isCut?: boolean
}

/** A head that comes byte by byte is looked at again and again: its length must not make that costly. */
const maxHeadBytes = 64 * 1024

function parseHeadLimits(text: string): { readonly value: HeadLimits } | { readonly problem: string } {
  const match = /^(\d{1,4})\s+(\d{1,6})([km]?)$/i.exec(text)
  const unit = { '': 1, k: 1024, m: 1024 ** 2 }[match?.[3]?.toLowerCase() ?? ''] ?? 1
  const [count, size] = [Number(match?.[1]), Number(match?.[2]) * unit]
  if (match === null || count * size < 1024)
    return { problem: `${quote(text)} is not a number and a size; write one like "4 16k"` }
  return {
    value: {
      headBytes: Math.min(count * size, maxHeadBytes),
      targetBytes: Math.min(size, maxHeadBytes),
      isCut: count * size > maxHeadBytes,
    },
  }
}

function secondsOrNever(name: string, text: { readonly default: number; readonly doc: string }) {
  return secondsSetting(name, { ...text, scope: 'config-map', min: 0 })
}
