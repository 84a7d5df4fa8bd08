import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { admissionFacts } from '../../../test/support/admission-facts.ts'
import { faultInjection } from './fault-injection.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Draws come from `draws`, one after the other. */
function admit(
  settings: Partial<typeof faultInjection.defaults>,
  draws: number[] = [],
  request = admissionFacts(),
) {
  const counted: string[] = []
  const live = {
    random: () => draws.shift() ?? 0,
    waits: true,
    count: (policy: string, event: string) => counted.push(`${policy} ${event}`),
  }
  const verdict = faultInjection.admit!({ ...faultInjection.defaults, ...settings }, request, live)
  return { verdict, counted }
}

test('answers the drawn share with the status', () => {
  const settings = { abortStatus: 503, abortPercent: 25 }
  expect(admit(settings, [0.2499])).toMatchObject({ verdict: { status: 503 }, counted: ['fault aborted'] })
  expect(admit(settings, [0.25])).toEqual({ verdict: undefined, counted: [] })
  expect(admit({ abortStatus: 503, abortPercent: 0 }, [0]).verdict).toBeUndefined()
  expect(admit({ abortStatus: 503 }, [0.999]).verdict).toMatchObject({ status: 503 })
})

test('delays the drawn share, then lets it go on or aborts it', async () => {
  const { verdict, counted } = admit(
    { delayMs: 2_000, delayPercent: 50, abortStatus: 500, abortPercent: 50 },
    [0.4, 0.4],
  )
  let isOver = false
  const over = Promise.resolve(verdict).then(late => {
    isOver = true
    return late
  })
  await vi.advanceTimersByTimeAsync(1_999)
  expect(isOver).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await over).toMatchObject({ status: 500 })
  expect(counted).toEqual(['fault delayed', 'fault aborted'])
  expect(admit({ delayMs: 2_000, delayPercent: 50 }, [0.5]).verdict).toBeUndefined()
})

test('forgets a delayed request whose client has left', () => {
  const request = admissionFacts()
  admit({ delayMs: 2_000 }, [], request)
  expect(vi.getTimerCount()).toBe(1)
  request.end()
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['delayMs', '500ms', 500],
  ['delayMs', '2s', 2_000],
  ['delayMs', '2', undefined],
  ['delayMs', '601s', undefined],
  ['abortStatus', '418', 418],
  ['abortStatus', '200', undefined],
  ['abortPercent', '12.5', 12.5],
  ['abortPercent', '101', undefined],
  ['delayPercent', '-1', undefined],
] as const)('reads %s %j as %j', (name, text, value) => {
  const parsed = faultInjection.settings[name].parse(text)
  if (value === undefined) expect(parsed).toHaveProperty('problem')
  else expect(parsed).toEqual({ value })
})
