import { expect, it } from 'vitest'
import { LocalTime } from './local-time.ts'

const start = new Date(2026, 9, 5, 13, 5, 9).getTime()

it('writes the time of day with two digits each', () => {
  expect(new LocalTime().ofDay(start)).toBe('13:05:09')
})

it("writes nginx's local time with the zone's offset", () => {
  expect(new LocalTime().nginx(start)).toMatch(/^05\/Oct\/2026:13:05:09 [+-]\d{4}$/)
})

it('moves on with the second and not before', () => {
  const time = new LocalTime()
  expect(time.ofDay(start + 999)).toBe('13:05:09')
  expect(time.ofDay(start + 1000)).toBe('13:05:10')
  expect(time.nginx(start + 1000)).toContain('13:05:10')
  expect(time.ofDay(start)).toBe('13:05:09')
})
