import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DigestNonces, nonceLifetimeMs } from './digest-nonces.ts'

it('takes each count of a nonce once, also when requests overtake each other', () => {
  const nonces = new DigestNonces()
  const nonce = nonces.issue(0)
  expect([2, 1, 4, 4, 1, 3, 0].map(count => nonces.use(nonce, count, 0))).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
    false,
  ])
})

it('takes no count twice, whatever comes in between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 200 }), counts => {
      const nonces = new DigestNonces()
      const nonce = nonces.issue(0)
      const taken = counts.filter(count => nonces.use(nonce, count, 0))
      expect(new Set(taken).size).toBe(taken.length)
    }),
  )
})

it('takes nonces for their time only', () => {
  const nonces = new DigestNonces()
  const nonce = nonces.issue(1_000)
  expect(nonces.use(nonce, 1, 1_000 + nonceLifetimeMs - 1)).toBe(true)
  expect(nonces.use(nonce, 2, 1_000 + nonceLifetimeMs)).toBe(false)
})

it('takes no nonce of somebody else, or one that was changed', () => {
  const nonces = new DigestNonces()
  const nonce = nonces.issue(0)
  expect(nonces.use(new DigestNonces().issue(0), 1, 0)).toBe(false)
  for (const changed of [`1${nonce}`, `${nonce}A`, nonce.slice(0, -1), '', nonce.replace('.', '..')]) {
    expect(nonces.use(changed, 1, 0), changed).toBe(false)
  }
})

it('remembers a bounded number, and takes nothing again that it has forgotten', () => {
  const nonces = new DigestNonces()
  const first = nonces.issue(0)
  nonces.use(first, 1, 0)
  for (let i = 0; i < 10_000; i++) nonces.use(nonces.issue(1), 1, 1)
  expect(nonces.size).toBe(10_000)
  expect(nonces.use(first, 1, 1)).toBe(false)
  expect(nonces.use(nonces.issue(2), 1, 2)).toBe(true)
})
