// How long connections to backends are kept. Only values: the pools of the endpoints obey them.
import { definePolicy } from '../define-policy.ts'
import { integerSetting, nginxSetting, quote, secondsSetting } from '../setting-types.ts'

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Keeping of connections (ingress-nginx's ConfigMap: `upstream-keepalive-*`). */
export const backendConnections = definePolicy('backendConnections', {
  appliesTo: 'upstream',
  doc: 'How long connections to backends are kept.',
  settings: {
    idle: integerSetting('upstream-keepalive-connections', {
      default: 320,
      min: 0,
      max: 2 ** 31 - 1,
      scope: 'config-map',
      doc: 'How many idle connections to a backend are kept; those beyond are closed after a second. 0 keeps none.',
      differs: 'Counted for each endpoint, and not for all together.',
    }),
    idleMs: secondsSetting('upstream-keepalive-timeout', {
      default: 60_000,
      scope: 'config-map',
      doc: 'How long an idle connection is kept where the backend does not say so itself (Keep-Alive: timeout).',
      differs: 'What the backend says counts first, less a second.',
    }),
    ageMs: nginxSetting<number>(
      'upstream-keepalive-time',
      'time',
      {
        default: 3_600_000,
        scope: 'config-map',
        doc: 'How old a connection may be when it is used again, such as 1h, 30m or 90s.',
      },
      parseTime,
    ),
    requests: integerSetting('upstream-keepalive-requests', {
      default: 10_000,
      min: 1,
      max: 2 ** 31 - 1,
      scope: 'config-map',
      doc: 'How many requests one connection may serve.',
    }),
  },
})

/** What is in force for an upstream. */
export type BackendConnections = typeof backendConnections.defaults

/** nginx's times: one or more numbers with units, seconds without. */
function parseTime(text: string): { readonly value: number } | { readonly problem: string } {
  const problem = { problem: `${quote(text)} is not a time; write one like "1h", "30m" or "90s"` }
  if (!/^\d{1,9}(ms|[smhdw])?(\s*\d{1,9}(ms|[smhdw]))*$/.test(text)) return problem
  let total = 0
  for (const [, number, unit] of text.matchAll(/(\d+)(ms|[smhdw])?/g))
    total += Number(number) * unitMs[unit ?? 's']!
  return total > 0 ? { value: total } : problem
}
