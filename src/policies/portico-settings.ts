// The types that Portico's own annotations have besides those of ingress-nginx: there, times have units.
import type { Setting } from './define-policy.ts'
import { porticoSetting, quote, type SettingText } from './setting-types.ts'

/** How a policy of backends is to be read that may stand on a Service; ends its documentation. */
export const onServices =
  'On a Service it holds for every Ingress that names it; an Ingress that writes one of these annotations has its own alone. ' +
  'Ingresses that treat a Service differently (TLS, affinity, these annotations) are counted apart.'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }

/** Bounds of a time, in milliseconds, both included. */
export interface DurationRange {
  readonly minMs: number
  readonly maxMs: number
}

/** A time: a number of seconds (`2`, `0.5`), or one with its unit (`500ms`, `30s`, `5m`). The value is in milliseconds. */
export function durationSetting<T extends number | undefined>(
  name: string,
  text: SettingText<T> & DurationRange,
): Setting<T | number> {
  return porticoSetting<T | number>(
    name,
    'duration',
    { ...text, pattern: '^\\d{1,9}(?:\\.\\d{1,3})?(?:ms|s|m)?$' },
    written => {
      const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(written)
      if (match === null)
        return { problem: `${quote(written)} is not a duration; write one like "500ms", "30s", "5m" or "2"` }
      const value = Number(match[1]) * unitMs[match[2] ?? 's']!
      if (value >= text.minMs && value <= text.maxMs) return { value }
      return { problem: `${quote(written)} is not between ${sayMs(text.minMs)} and ${sayMs(text.maxMs)}` }
    },
  )
}

/** A whole number; `undefined` where nothing is written. */
export function countSetting<T extends number | undefined>(
  name: string,
  text: SettingText<T> & { readonly min: number; readonly max: number },
): Setting<T | number> {
  return porticoSetting<T | number>(name, 'integer', { ...text, pattern: '^\\d{1,9}$' }, written => {
    if (!/^\d{1,9}$/.test(written)) return { problem: `${quote(written)} is not a whole number` }
    const value = Number(written)
    if (value >= text.min && value <= text.max) return { value }
    return { problem: `${quote(written)} is not between ${text.min} and ${text.max}` }
  })
}

/** A share in whole percent, at least `min`, with or without the sign: `20` or `20%`. */
export function percentSetting<T extends number | undefined>(
  name: string,
  text: SettingText<T> & { readonly min: number },
): Setting<T | number> {
  return porticoSetting<T | number>(name, 'percent', { ...text, pattern: '^\\d{1,3}%?$' }, written => {
    const match = /^(\d{1,3})%?$/.exec(written)
    const value = Number(match?.[1])
    if (match !== null && value >= text.min && value <= 100) return { value }
    return { problem: `${quote(written)} is not a share between ${text.min} and 100 percent` }
  })
}

function sayMs(ms: number): string {
  if (ms >= 60_000) return `${ms / 60_000}m`
  return ms >= 1_000 ? `${ms / 1_000}s` : `${ms}ms`
}
