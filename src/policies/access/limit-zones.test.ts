import { expect, it } from 'vitest'
import { type LimitZone, LimitZones } from './limit-zones.ts'

const settings = { perSecond: 0, perMinute: 0, burstMultiplier: 1 }

function passes(zone: LimitZone, rates: Partial<typeof settings>, now: number, times: number): number {
  const taken = Array.from({ length: times }, () => zone.takeRate('a', { ...settings, ...rates }, now))
  return taken.filter(limit => limit === undefined).length
}

it('counts clients apart for each Ingress', () => {
  const zones = new LimitZones(() => 0)
  expect(passes(zones.zoneOf('shop/web'), { perSecond: 1 }, 0, 5)).toBe(2)
  expect(passes(zones.zoneOf('shop/api'), { perSecond: 1 }, 0, 5)).toBe(2)
  expect(passes(zones.zoneOf('shop/web'), { perSecond: 1 }, 0, 5)).toBe(0)
})

it('counts a request against both rates or neither', () => {
  const zone = new LimitZones(() => 0).zoneOf('shop/web')
  // Four pass by the minute; what the second refuses does not wear the minute down.
  const rates = { perSecond: 1, perMinute: 3, burstMultiplier: 1 }
  expect(passes(zone, rates, 0, 100)).toBe(2)
  expect(passes(zone, rates, 1_000, 100)).toBe(1)
  expect(passes(zone, rates, 2_000, 100)).toBe(1)
  expect(zone.takeRate('a', { ...settings, ...rates }, 3_000)).toBe('limit-rpm')
})

it('has no rate where none is set', () => {
  expect(passes(new LimitZones(() => 0).zoneOf('shop/web'), {}, 0, 1000)).toBe(1000)
})

it('forgets an Ingress that nobody has asked for an hour, but for one with requests in progress', () => {
  let now = 0
  const zones = new LimitZones(() => now)
  zones.zoneOf('a/a').takeRate('x', settings, now)
  const busy = zones.zoneOf('a/b')
  busy.inProgress.begin('x', 1)
  now = 3_600_000
  zones.zoneOf('a/c')
  expect(zones.size).toBe(2)
  expect(zones.zoneOf('a/b')).toBe(busy)
})
