// Faults on purpose, for testing how clients take them: some requests are delayed, some answered with an error. Never part
// of ingress-nginx; meant for a developer's proxy.
import type { Verdict } from '../admission.ts'
import { definePolicy } from '../define-policy.ts'
import type { LiveServices } from '../live-services.ts'
import type { Answer } from '../request-facts.ts'
import { porticoSetting, quote, type SettingText } from '../setting-types.ts'

/** Longest delay, in milliseconds. */
const maxDelayMs = 600_000

function percentSetting(name: string, text: Pick<SettingText<number>, 'doc'>) {
  return porticoSetting<number>(
    name,
    'percent',
    { ...text, default: 100, pattern: '^\\d{1,3}(?:\\.\\d{1,6})?$' },
    written =>
      /^\d{1,3}(?:\.\d{1,6})?$/.test(written) && Number(written) <= 100
        ? { value: Number(written) }
        : { problem: `${quote(written)} is no percentage; write a number from 0 to 100` },
  )
}

/** Fault injection. */
export const faultInjection = definePolicy('faultInjection', {
  doc: 'Delays and errors on purpose, to see how clients take them. The draws for the two are independent; guards (lists, auth) are asked after them.',
  settings: {
    delayMs: porticoSetting<number | undefined>(
      'fault-delay',
      'duration',
      {
        default: undefined,
        doc: 'Requests wait this long before they go on: "500ms" or "2s", at most 600s. A client that leaves meanwhile is not waited for.',
        consequence: 'nothing is delayed',
      },
      parseDelay,
    ),
    delayPercent: percentSetting('fault-delay-percent', { doc: 'Share of the requests that are delayed.' }),
    abortStatus: porticoSetting<number | undefined>(
      'fault-abort',
      'status',
      {
        default: undefined,
        pattern: '^[45]\\d\\d$',
        doc: 'Requests are answered with this status, 400 to 599, and do not reach the backend.',
        consequence: 'nothing is aborted',
      },
      written =>
        /^[45]\d\d$/.test(written)
          ? { value: Number(written) }
          : { problem: `${quote(written)} is no status from 400 to 599` },
    ),
    abortPercent: percentSetting('fault-abort-percent', {
      doc: 'Share of the requests that are answered so.',
    }),
  },
  isActive: ({ delayMs, abortStatus }) => delayMs !== undefined || abortStatus !== undefined,
  needs: { delayPercent: ['delayMs'], abortPercent: ['abortStatus'] },
  answersByLot: 'fault',
  inWords: ({ delayMs, delayPercent, abortStatus, abortPercent }) =>
    [
      delayMs === undefined ? [] : `delays ${delayPercent} % of the requests by ${delayMs} ms`,
      abortStatus === undefined ? [] : `answers ${abortStatus} to ${abortPercent} % of them`,
    ]
      .flat()
      .join(', '),
  createLive: ({ count, rehearses }: LiveServices) => ({ count, random: Math.random, waits: !rehearses }),
  admit({ delayMs, delayPercent, abortStatus, abortPercent }, request, { count, random, waits }) {
    const abort = (): Verdict => {
      if (abortStatus === undefined || random() * 100 >= abortPercent) return undefined
      count('fault', 'aborted')
      return faultAnswer(abortStatus)
    }
    if (delayMs === undefined || random() * 100 >= delayPercent) return abort()
    if (!waits) return abort()
    count('fault', 'delayed')
    return new Promise<Verdict>(resolve => {
      const timer = setTimeout(() => resolve(abort()), delayMs)
      request.whenOver(() => clearTimeout(timer))
    })
  },
})

function faultAnswer(status: number): Answer {
  return { status, fields: [], reason: 'this error was asked for by portico/fault-abort', cause: 'fault' }
}

function parseDelay(written: string): { readonly value: number } | { readonly problem: string } {
  const match = /^(\d{1,6})(ms|s)$/.exec(written)
  if (match === null) return { problem: `${quote(written)} is no time; write one like "500ms" or "2s"` }
  const ms = Number(match[1]) * (match[2] === 's' ? 1000 : 1)
  return ms <= maxDelayMs ? { value: ms } : { problem: `${quote(written)} is longer than 600s` }
}
