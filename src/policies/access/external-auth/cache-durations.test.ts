import { expect, test } from 'vitest'
import { cacheMsOf, parseCacheDurations } from './cache-durations.ts'

function durations(text: string) {
  const parsed = parseCacheDurations(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

test("reads ingress-nginx's default", () => {
  const parsed = durations('200 202 401 5m')
  expect([200, 202, 401].map(status => cacheMsOf(parsed, status))).toEqual([300_000, 300_000, 300_000])
  expect(cacheMsOf(parsed, 403)).toBe(0)
})

test('keeps each status for the time of the first item that names it', () => {
  const parsed = durations('200 10m, 401 30s,, 200 1s')
  expect([200, 401].map(status => cacheMsOf(parsed, status))).toEqual([600_000, 30_000])
})

test('adds times up and knows every unit', () => {
  expect(cacheMsOf(durations('200 1h 30m'), 200)).toBe(5_400_000)
  const units = ['7ms', '1s', '1m', '1h', '1d', '1w', '1M', '1y']
  expect(units.map(unit => cacheMsOf(durations(`200 ${unit}`), 200))).toEqual([
    7, 1_000, 60_000, 3_600_000, 86_400_000, 604_800_000, 2_592_000_000, 31_536_000_000,
  ])
})

test('means 200, 301 and 302 where no status is named', () => {
  const parsed = durations('5s')
  expect([200, 301, 302, 401].map(status => cacheMsOf(parsed, status))).toEqual([5_000, 5_000, 5_000, 0])
})

test.each(['200', '5m 200', '200 5x', '200 5', '20 5m', '2000 5m', '200 -5m', 'forever', '', ' , '])(
  'refuses %j',
  text => {
    expect(parseCacheDurations(text)).toHaveProperty('problem')
  },
)
