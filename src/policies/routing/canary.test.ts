import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import { type CanaryChoice, type CanaryRule, chooseCanary } from './canary.ts'

function buildCanary(rule: Partial<CanaryRule>, endpointCount = 1): CanaryChoice {
  const none = {
    header: undefined,
    headerValue: undefined,
    headerPattern: undefined,
    cookie: undefined,
    variant: undefined,
    mainVariant: undefined,
  }
  return {
    rule: { ...none, share: { from: 0, to: 0 }, ...rule },
    backend: { upstream: { endpoints: Array(endpointCount).fill('endpoint') } },
  }
}

function choose(canaries: readonly CanaryChoice[], request: FactsInput = {}, draw = 0.999): number {
  const chosen = chooseCanary(canaries, requestFacts(request), () => draw)
  return chosen === undefined ? -1 : canaries.indexOf(chosen)
}

const everyone = { from: 0, to: 1 }

describe('by header', () => {
  it('sends "always" to the canary and "never" to the main backend whatever the weight', () => {
    const canaries = [buildCanary({ header: 'test', share: everyone })]
    expect(choose(canaries, { headers: { test: 'always' } })).toBe(0)
    expect(choose(canaries, { headers: { test: 'never' } })).toBe(-1)
    expect(choose(canaries, { headers: { test: 'other' } })).toBe(0)
    expect(choose([buildCanary({ header: 'test' })], { headers: { test: 'other' } })).toBe(-1)
  })

  it('with a value takes exactly that value; always and never mean nothing then', () => {
    const canaries = [buildCanary({ header: 'test', headerValue: 'v1', headerPattern: '.*', cookie: 'c' })]
    expect(choose(canaries, { headers: { test: 'v1' } })).toBe(0)
    expect(choose(canaries, { headers: { test: 'always' } })).toBe(-1)
    expect(choose(canaries, { headers: { test: 'never' }, cookies: { c: 'always' } })).toBe(0)
  })

  it('with a pattern searches unanchored and case-sensitively', () => {
    const canaries = [buildCanary({ header: 'test', headerPattern: 'be+ta' })]
    expect(choose(canaries, { headers: { test: 'a beeta user' } })).toBe(0)
    expect(choose(canaries, { headers: { test: 'BETA' } })).toBe(-1)
    expect(choose(canaries, { headers: { test: 'always' } })).toBe(-1)
  })
})

describe('by cookie', () => {
  it('takes exactly "always" and "never"', () => {
    const canaries = [buildCanary({ cookie: 'like_music', share: everyone })]
    expect(choose(canaries, { cookies: { like_music: 'never' } })).toBe(-1)
    expect(choose([buildCanary({ cookie: 'like_music' })], { cookies: { like_music: 'always' } })).toBe(0)
    expect(choose([buildCanary({ cookie: 'like_music' })], { cookies: { like_music: 'Always' } })).toBe(-1)
  })

  it('is asked after the header', () => {
    const canaries = [buildCanary({ header: 'h', cookie: 'c' })]
    expect(choose(canaries, { headers: { h: 'never' }, cookies: { c: 'always' } })).toBe(-1)
    expect(choose(canaries, { headers: { h: 'always' }, cookies: { c: 'never' } })).toBe(0)
  })
})

describe('by weight', () => {
  it('gives each canary its slice of one draw', () => {
    const canaries = [
      buildCanary({ share: { from: 0, to: 0.3 } }),
      buildCanary({ share: { from: 0.3, to: 0.5 } }),
    ]
    expect([0, 0.29, 0.3, 0.49, 0.5, 0.99].map(draw => choose(canaries, {}, draw))).toEqual([
      0, 0, 1, 1, -1, -1,
    ])
  })

  it('keeps the slice of a canary that is out on the main backend', () => {
    const canaries = [
      buildCanary({ header: 'h', share: { from: 0, to: 0.5 } }),
      buildCanary({ share: { from: 0.5, to: 1 } }),
    ]
    expect(choose(canaries, { headers: { h: 'never' } }, 0.2)).toBe(-1)
    expect(choose(canaries, { headers: { h: 'never' } }, 0.7)).toBe(1)
  })

  it('draws only when a weight decides', () => {
    const fail = () => {
      throw new Error('a draw was made')
    }
    expect(chooseCanary([buildCanary({ header: 'h' })], requestFacts(), fail)).toBeUndefined()
  })
})

describe('several canaries', () => {
  it('are asked by header first, then by cookie, the oldest first', () => {
    const canaries = [
      buildCanary({ cookie: 'c', share: everyone }),
      buildCanary({ header: 'h' }),
      buildCanary({ header: 'h' }),
    ]
    expect(choose(canaries, { headers: { h: 'always' }, cookies: { c: 'always' } })).toBe(1)
    expect(choose(canaries, { cookies: { c: 'always' } })).toBe(0)
  })

  it('lose only the one that "never" names', () => {
    const canaries = [buildCanary({ header: 'h', cookie: 'c' }), buildCanary({ cookie: 'c' })]
    expect(choose(canaries, { headers: { h: 'never' }, cookies: { c: 'always' } })).toBe(1)
  })
})

it('passes over a canary without endpoints', () => {
  const canaries = [buildCanary({ header: 'h', cookie: 'c', share: everyone }, 0)]
  expect(choose(canaries, { headers: { h: 'always' }, cookies: { c: 'always' } }, 0)).toBe(-1)
})

/** The slow, obvious twin: who is out, then three rounds. */
function chooseNaively(
  canaries: readonly CanaryChoice[],
  request: FactsInput,
  draw: number,
): CanaryChoice | undefined {
  const { headers = {}, cookies = {} } = request
  const left = canaries.filter(({ backend }) => backend.upstream!.endpoints.length > 0)
  const header = ({ rule }: CanaryChoice) => (rule.header === undefined ? undefined : headers[rule.header])
  const cookie = ({ rule }: CanaryChoice) => (rule.cookie === undefined ? undefined : cookies[rule.cookie])
  const wanted = ({ rule }: CanaryChoice) => rule.headerValue ?? 'always'
  const byHeader = left.find(canary => header(canary) === wanted(canary))
  if (byHeader !== undefined) return byHeader
  const afterHeader = left.filter(
    canary => canary.rule.headerValue !== undefined || header(canary) !== 'never',
  )
  const byCookie = afterHeader.find(canary => cookie(canary) === 'always')
  if (byCookie !== undefined) return byCookie
  const afterCookie = afterHeader.filter(canary => cookie(canary) !== 'never')
  return afterCookie.find(({ rule }) => draw >= rule.share.from && draw < rule.share.to)
}

it('equals a naive reading of the rules', () => {
  const word = fc.constantFrom('always', 'never', 'v1', 'other')
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
  const canary = fc.record({
    header: maybe(fc.constantFrom('h', 'g')),
    headerValue: maybe(fc.constant('v1')),
    cookie: maybe(fc.constantFrom('c', 'd')),
    weight: fc.constantFrom(0, 0.2, 0.3),
    endpointCount: fc.constantFrom(0, 1, 1, 1),
  })
  const request = fc.record({
    headers: fc.dictionary(fc.constantFrom('h', 'g'), word),
    cookies: fc.dictionary(fc.constantFrom('c', 'd'), word),
  })
  const draw = fc.double({ min: 0, max: 0.999, noNaN: true })
  fc.assert(
    fc.property(fc.array(canary, { maxLength: 3 }), request, draw, (inputs, request, draw) => {
      let from = 0
      const canaries = inputs.map(({ weight, endpointCount, ...rule }) => {
        const share = { from, to: from + weight }
        from = share.to
        return buildCanary({ ...rule, share }, endpointCount)
      })
      const chosen = chooseCanary(canaries, requestFacts(request), () => draw)
      expect(chosen).toBe(chooseNaively(canaries, request, draw))
    }),
    { numRuns: 3000 },
  )
})
