import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import {
  compareSpecificity,
  conditionsKey,
  describeConditions,
  fitsConditions,
  type MatchConditions,
  matchConditions,
  queryParameter,
} from './match-conditions.ts'

const { methods, headers, query } = matchConditions.settings

/** Conditions as an annotation writes them. */
function read(written: { methods?: string; headers?: string; query?: string }): MatchConditions {
  const valueIn = <T>(parsed: { value: T } | { problem: string }): T => {
    if ('problem' in parsed) throw new Error(parsed.problem)
    return parsed.value
  }
  return {
    methods: written.methods === undefined ? [] : valueIn(methods.parse(written.methods)),
    headers: written.headers === undefined ? [] : valueIn(headers.parse(written.headers)),
    query: written.query === undefined ? [] : valueIn(query.parse(written.query)),
  }
}

function fits(written: Parameters<typeof read>[0], request: FactsInput): boolean {
  return fitsConditions(read(written), requestFacts(request))
}

describe('a header condition', () => {
  it('compares exactly, by regex, or asks whether the field is there', () => {
    const request = { headers: { 'x-tenant': 'blue', 'x-empty': '' } }
    for (const written of [
      'X-Tenant=blue',
      'x-tenant=~^b',
      'x-tenant = "blue"',
      'x-tenant',
      '!x-other',
      'x-empty=',
    ]) {
      expect([written, fits({ headers: written }, request)]).toEqual([written, true])
    }
    for (const written of [
      'x-tenant=Blue',
      'x-tenant=~^l',
      '!x-tenant',
      'x-other',
      'x-other=',
      'x-tenant=blue,x-b',
    ]) {
      expect([written, fits({ headers: written }, request)]).toEqual([written, false])
    }
  })

  it('may hold commas, quotes and spaces when it is quoted', () => {
    expect(
      fits({ headers: 'a="1, \\"2\\" \\\\", b=~"^x{1,2}$"' }, { headers: { a: '1, "2" \\', b: 'xx' } }),
    ).toBe(true)
    expect(fits({ headers: 'a=x y , b' }, { headers: { a: 'x y', b: '' } })).toBe(true)
  })

  it('is refused with a hint when it is not understood', () => {
    for (const written of [
      '=x',
      'a=b=c"',
      'a,',
      ',a',
      'a b',
      '!a=b',
      'a=~(',
      'a="x',
      'a="x"y',
      'é=1',
      `a=${'x'.repeat(3000)}`,
    ]) {
      expect([written, headers.parse(written)]).toEqual([written, { problem: expect.any(String) }])
    }
  })

  it('is read or refused, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const parsed = headers.parse(text)
        expect('value' in parsed || parsed.problem.length > 0).toBe(true)
      }),
    )
  })
})

it('a method condition takes the methods listed and no others', () => {
  expect(fits({ methods: 'GET, HEAD' }, { method: 'HEAD' })).toBe(true)
  expect(fits({ methods: 'GET' }, { method: 'HEAD' })).toBe(false)
  expect(methods.parse('get')).toEqual({ problem: expect.stringContaining('upper case') })
})

it('a query condition compares the first parameter of that name, decoded', () => {
  expect(fits({ query: 'q=a b, !debug' }, { target: '/?x=1&q=a%20b&q=c' })).toBe(true)
  expect(fits({ query: 'flag' }, { target: '/?flag' })).toBe(true)
  expect(fits({ query: 'flag' }, { target: '/flag' })).toBe(false)
  expect(queryParameter('/?a=1&b==2&c', 'b')).toBe('=2')
  expect(queryParameter('/?a%2Fb=%C3%A9+%zz', 'a/b')).toBe('é %zz')
  expect(queryParameter('/?', '')).toBe('')
  expect(queryParameter('/', 'x')).toBeUndefined()
})

it('conditions that can not be read take nothing', () => {
  const settings = matchConditions.check!(
    read({ methods: 'GET' }),
    new Map([['headers', {} as never]]),
    () => {},
  )
  expect(fitsConditions(settings, requestFacts())).toBe(false)
})

it('order as in the Gateway API: methods, then headers, then query', () => {
  const plain = read({})
  const byMethod = read({ methods: 'GET' })
  const byHeaders = read({ headers: 'a, b' })
  const byQuery = read({ headers: 'a', query: 'x, y, z' })
  expect([plain, byQuery, byHeaders, byMethod].sort(compareSpecificity)).toEqual([
    byMethod,
    byHeaders,
    byQuery,
    plain,
  ])
})

it('have one key and one description however they are written', () => {
  const one = read({ methods: 'GET, PUT', headers: 'B=1, a' })
  const other = read({ methods: 'PUT, GET', headers: 'a,b="1"' })
  expect(conditionsKey(one)).toBe(conditionsKey(other))
  expect(conditionsKey(read({}))).toBe('')
  expect(describeConditions(one)).toBe('GET|PUT, header b=1, header a')
})
