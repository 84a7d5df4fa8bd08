// The words of proxy-next-upstream, read one by one as ingress-nginx accepts them.
import { expect, it } from 'vitest'
import { conditionOfStatus, nextUpstream, nextUpstreamConditions } from './next-upstream.ts'

const { conditions, tries, timeoutMs } = nextUpstream.settings

it('is by default what ingress-nginx writes: errors and timeouts, three tries, no time limit', () => {
  expect(nextUpstream.defaults).toEqual({
    retriesNonIdempotent: false,
    conditions: ['error', 'timeout'],
    tries: 3,
    timeoutMs: 0,
  })
})

it('takes every word there is, alone and together', () => {
  for (const word of nextUpstreamConditions) expect(conditions.parse(word)).toEqual({ value: [word] })
  expect(conditions.parse('error  http_502 non_idempotent')).toEqual({
    value: ['error', 'http_502', 'non_idempotent'],
  })
})

it.each(['http_501', 'Error', 'error,timeout', 'updating', ''])('refuses %j', text => {
  expect(conditions.parse(text)).toHaveProperty('problem')
})

it('takes 0 for no limit, and no units', () => {
  expect([tries.parse('0'), timeoutMs.parse('0')]).toEqual([{ value: 0 }, { value: 0 }])
  expect(timeoutMs.parse('5')).toEqual({ value: 5_000 })
  for (const text of ['-1', '5s', '1.5']) {
    expect(tries.parse(text)).toHaveProperty('problem')
    expect(timeoutMs.parse(text)).toHaveProperty('problem')
  }
})

it('has a condition for exactly the statuses that have a word', () => {
  const statuses = Array.from({ length: 500 }, (_, i) => 100 + i)
  const words = statuses.map(conditionOfStatus).filter(word => word !== undefined)
  expect(words.sort()).toEqual(nextUpstreamConditions.filter(word => word.startsWith('http_')).sort())
})

it('lets everything be sent again where retry-non-idempotent says so, whatever the conditions', () => {
  const settings = { ...nextUpstream.defaults, retriesNonIdempotent: true }
  const { conditions: words } = nextUpstream.check!(settings, new Map(), () => {})
  expect(words).toEqual(['error', 'timeout', 'non_idempotent'])
})
