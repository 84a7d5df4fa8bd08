import { expect, test } from 'vitest'
import { placeIn } from '../../test/support/resources.ts'
import type { Aspect } from './expectation.ts'
import { judgeClaim, judgeShares } from './judge.ts'
import type { Observation } from './observation.ts'

const place = placeIn('shop.expect.yaml')

function observed(seen: Observation['seen'], fields?: Record<string, string>): Observation {
  const sentFields = fields && new Map(Object.entries(fields))
  return { seen, sentFields, summary: '', decidedAt: undefined }
}

const verdictOf = (aspect: Aspect, expected: string, seen: string | undefined) =>
  judgeClaim({ aspect, expected, place }, observed(seen === undefined ? {} : { [aspect]: seen })).verdict

test.each<[Aspect, expected: string, seen: string, 'met' | 'failed']>([
  ['status', '404', '404', 'met'],
  ['status', '4xx', '404', 'met'],
  ['status', '4xx', '503', 'failed'],
  ['service', 'cart', 'shop/cart:80', 'met'],
  ['service', 'cart:80', 'shop/cart:80', 'met'],
  ['service', 'shop/cart', 'shop/cart:80', 'met'],
  ['service', 'shop/cart:http', 'shop/cart:80', 'failed'],
  ['service', 'other/cart', 'shop/cart:80', 'failed'],
  ['service', 'car', 'shop/cart:80', 'failed'],
  ['service', 'none', '', 'met'],
  ['service', 'none', 'shop/cart:80', 'failed'],
  ['service', 'cart', '', 'failed'],
  ['ingress', 'web', 'shop/web', 'met'],
  ['ingress', 'eb', 'shop/web', 'failed'],
  ['ingress', 'shop/web', 'shop/web', 'met'],
  ['redirect', 'https://a.test/x', 'https://a.test:8443/x', 'met'],
  ['redirect', 'https://a.test/', 'https://a.test:8443', 'met'],
  ['redirect', 'https://a.test:8443/x', 'https://a.test:8443/x', 'met'],
  ['redirect', 'https://a.test:9443/x', 'https://a.test:8443/x', 'failed'],
  ['redirect', 'https://[::1]/x', 'https://[::1]:8443/x', 'met'],
  ['sent', '/b', '/b?x=1', 'failed'],
])('%s: %s is held against %s: %s', (aspect, expected, seen, verdict) => {
  expect(verdictOf(aspect, expected, seen)).toBe(verdict)
})

test('what can not be seen is neither met nor failed', () => {
  expect(verdictOf('service', 'cart', undefined)).toBe('unseen')
  expect(judgeClaim({ aspect: 'header x-a', expected: 'none', place }, observed({})).verdict).toBe('unseen')
})

test('a field that is not sent is none', () => {
  const claim = { aspect: 'header x-a', expected: 'none', place } as const
  expect(judgeClaim(claim, observed({}, {})).verdict).toBe('met')
  expect(judgeClaim(claim, observed({}, { 'x-a': '1' }))).toMatchObject({ verdict: 'failed', got: '1' })
})

test('computed shares must be exact, counted ones may be off by what is allowed', () => {
  const claim = {
    shares: new Map([
      ['stable', 0.7],
      ['canary', 0.3],
    ]),
    within: 0.05,
    requests: 200,
    place,
  }
  const shares = (canary: number) =>
    new Map([
      ['stable', 1 - canary],
      ['canary', canary],
    ])
  expect(judgeShares(claim, { shares: shares(0.3), requests: undefined }).verdict).toBe('met')
  expect(judgeShares(claim, { shares: shares(0.31), requests: undefined }).verdict).toBe('failed')
  expect(judgeShares(claim, { shares: shares(0.34), requests: 200 }).verdict).toBe('met')
  expect(judgeShares(claim, { shares: shares(0.36), requests: 200 }).verdict).toBe('failed')
  expect(judgeShares(claim, { shares: new Map([['stable', 1]]), requests: 200 }).verdict).toBe('failed')
})
