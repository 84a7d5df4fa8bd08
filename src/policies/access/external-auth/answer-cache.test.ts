import { expect, test } from 'vitest'
import { type AuthAnswer, AuthAnswerCache, cacheKeyOf } from './answer-cache.ts'

const fiveMinutes = [{ statuses: [200, 401], ms: 300_000 }]
const noFields = () => undefined

function answer(status: number, fields: Record<string, string> = {}): AuthAnswer {
  return { status, fields: new Map(Object.entries(fields).map(([name, value]) => [name, [value]])) }
}

function cacheAt(start = 0, maxBytes?: number) {
  const clock = { ms: start }
  return { clock, cache: new AuthAnswerCache(() => clock.ms, maxBytes) }
}

test('gives an answer back until its time is over', () => {
  const { cache, clock } = cacheAt()
  const kept = answer(200, { 'x-user': 'ann' })
  cache.put('a', kept, fiveMinutes, noFields)
  clock.ms = 299_999
  expect(cache.get('a', noFields)).toBe(kept)
  clock.ms = 300_000
  expect(cache.get('a', noFields)).toBeUndefined()
  expect(cache.bytes).toBe(0)
})

test('keeps only statuses with a duration', () => {
  const { cache } = cacheAt()
  for (const status of [200, 202, 401, 403, 500])
    cache.put(String(status), answer(status), fiveMinutes, noFields)
  expect([200, 202, 401, 403, 500].filter(status => cache.get(String(status), noFields))).toEqual([200, 401])
})

test.each<Record<string, string>>([
  { 'set-cookie': 'session=1' },
  { 'cache-control': 'no-store' },
  { 'cache-control': 'max-age=60, private' },
  { 'cache-control': 'No-Cache' },
  { 'cache-control': 'max-age=0' },
  { 'x-accel-expires': '0' },
  { vary: '*' },
])('does not keep an answer with %j', fields => {
  const { cache } = cacheAt()
  cache.put('a', answer(200, fields), fiveMinutes, noFields)
  expect(cache.get('a', noFields)).toBeUndefined()
})

test("lets the answer's own fields decide how long it is kept", () => {
  const { cache, clock } = cacheAt()
  cache.put('age', answer(200, { 'cache-control': 'public, max-age=10' }), fiveMinutes, noFields)
  cache.put('shared', answer(200, { 'cache-control': 'max-age=10, s-maxage=20' }), fiveMinutes, noFields)
  cache.put(
    'accel',
    answer(200, { 'x-accel-expires': '30', 'cache-control': 'no-store' }),
    fiveMinutes,
    noFields,
  )
  const kept = () => ['age', 'shared', 'accel'].filter(key => cache.get(key, noFields) !== undefined)
  clock.ms = 9_999
  expect(kept()).toEqual(['age', 'shared', 'accel'])
  clock.ms = 10_000
  expect(kept()).toEqual(['shared', 'accel'])
  clock.ms = 20_000
  expect(kept()).toEqual(['accel'])
})

test('gives a varying answer only to requests like the one it was for', () => {
  const { cache } = cacheAt()
  const ann = (name: string) => (name === 'cookie' ? 'ann' : undefined)
  cache.put('a', answer(200, { vary: 'Cookie, Accept' }), fiveMinutes, ann)
  expect(cache.get('a', ann)).toBeDefined()
  expect(cache.get('a', name => (name === 'cookie' ? 'bob' : undefined))).toBeUndefined()
  expect(cache.get('a', noFields)).toBeUndefined()
})

test('stays within its bounds and lets go of what was not used for longest', () => {
  const { cache } = cacheAt(0, 6_000)
  const long = answer(200, { 'x-user': 'u'.repeat(1_000) })
  cache.put('a', long, fiveMinutes, noFields)
  cache.put('b', long, fiveMinutes, noFields)
  cache.get('a', noFields)
  cache.put('c', long, fiveMinutes, noFields)
  expect(['a', 'b', 'c'].filter(key => cache.get(key, noFields) !== undefined)).toEqual(['a', 'c'])
  expect(cache.bytes).toBeLessThanOrEqual(6_000)
  cache.put('d', answer(200, { 'x-user': 'u'.repeat(6_000) }), fiveMinutes, noFields)
  expect(cache.get('d', noFields)).toBeUndefined()
})

test('a later answer takes the place of an earlier one, also when it may not be kept', () => {
  const { cache } = cacheAt()
  cache.put('a', answer(200), fiveMinutes, noFields)
  cache.put('a', answer(403), fiveMinutes, noFields)
  expect(cache.get('a', noFields)).toBeUndefined()
})

test('keys tell lists of texts apart and hold none of them', () => {
  expect(cacheKeyOf(['ab', 'c'])).not.toBe(cacheKeyOf(['a', 'bc']))
  expect(cacheKeyOf(['secret'])).not.toContain('secret')
})
