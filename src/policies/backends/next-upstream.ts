// Hot path: asked after each attempt that failed and each response of 400 and above.
// When a request may be made again at another endpoint (nginx's proxy_next_upstream). Decides and counts nothing itself.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote, secondsSetting } from '../setting-types.ts'

/** The words of `proxy-next-upstream`. */
export const nextUpstreamConditions = [
  'error',
  'timeout',
  'invalid_header',
  'http_500',
  'http_502',
  'http_503',
  'http_504',
  'http_403',
  'http_404',
  'http_429',
  'non_idempotent',
  'off',
] as const

/** One word of `proxy-next-upstream`. */
export type NextUpstreamCondition = (typeof nextUpstreamConditions)[number]

const allowedWords: ReadonlySet<string> = new Set(nextUpstreamConditions)

/** When a failed attempt is followed by one at another endpoint (ingress-nginx: `proxy-next-upstream*`). */
export const nextUpstream = definePolicy('nextUpstream', {
  doc: 'When a request is made again at another endpoint. No endpoint gets a request twice.',
  settings: {
    conditions: nginxSetting<readonly NextUpstreamCondition[]>(
      'proxy-next-upstream',
      'list',
      {
        default: Object.freeze(['error', 'timeout'] as const),
        scope: 'both',
        doc:
          'Failures after which another endpoint is tried: error, timeout, invalid_header, http_500, http_502, http_503, ' +
          'http_504, http_403, http_404, http_429; non_idempotent lets POST, PATCH, LOCK and unknown methods be sent again ' +
          'too; off ends all of it. What could not be sent, because no connection came about, is error or timeout for any method.',
        differs:
          'A body of more than 64k is not sent again once some of it has left, unless proxy-request-buffering is on: bodies stream. Methods other ' +
          'than GET, HEAD, OPTIONS, PUT and DELETE count as non-idempotent, and no endpoint is asked twice.',
      },
      parseConditions,
    ),
    tries: integerSetting('proxy-next-upstream-tries', {
      default: 3,
      scope: 'both',
      min: 0,
      max: 2 ** 31 - 1,
      doc: 'How many endpoints one request may be sent to, the first included; 0 sets no limit.',
    }),
    timeoutMs: secondsSetting('proxy-next-upstream-timeout', {
      default: 0,
      scope: 'both',
      min: 0,
      doc: 'Time from the first attempt in which another one may begin; 0 sets no limit.',
    }),
    retriesNonIdempotent: booleanSetting('retry-non-idempotent', {
      default: false,
      scope: 'config-map',
      doc: 'Adds non_idempotent to every proxy-next-upstream.',
    }),
  },
  check(settings) {
    const { conditions, retriesNonIdempotent } = settings
    if (!retriesNonIdempotent || conditions.includes('non_idempotent')) return settings
    return { ...settings, conditions: [...conditions, 'non_idempotent' as const] }
  },
})

/** The condition that a response status is, if there is one for it. */
export function conditionOfStatus(status: number): NextUpstreamCondition | undefined {
  switch (status) {
    case 403:
      return 'http_403'
    case 404:
      return 'http_404'
    case 429:
      return 'http_429'
    case 500:
      return 'http_500'
    case 502:
      return 'http_502'
    case 503:
      return 'http_503'
    case 504:
      return 'http_504'
    default:
      return undefined
  }
}

/** Spaces between the words, as in nginx's own directive; `off` beside others wins. */
function parseConditions(
  text: string,
): { readonly value: readonly NextUpstreamCondition[] } | { readonly problem: string } {
  const words = text.split(/\s+/)
  const unknown = words.find(word => !allowedWords.has(word))
  if (unknown !== undefined)
    return { problem: `${quote(unknown)} is none of ${nextUpstreamConditions.join(', ')}` }
  return { value: words as NextUpstreamCondition[] }
}
