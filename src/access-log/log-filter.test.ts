import { describe, expect, it } from 'vitest'
import { requestRecord } from '../../test/support/request-record.ts'
import { parseLogFilter } from './log-filter.ts'

function takes(text: string, record: Parameters<typeof requestRecord>[0] = {}): boolean {
  const parsed = parseLogFilter(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value.takes(requestRecord(record))
}

describe('a filter', () => {
  it('compares numbers', () => {
    expect(takes('status>=400', { status: 404 })).toBe(true)
    expect(takes('status>=400', { status: 304 })).toBe(false)
    expect(takes('status!=404', { status: 404 })).toBe(false)
    expect(takes('status=5xx', { status: 503 })).toBe(true)
    expect(takes('status<5xx', { status: 503 })).toBe(false)
    expect(takes('bytes>1000', { bytesSent: 1001 })).toBe(true)
    expect(takes('retries>0', { retries: 0 })).toBe(false)
  })

  it('reads durations with their unit', () => {
    expect(takes('duration>1.5s', { durationMs: 1501 })).toBe(true)
    expect(takes('duration <= 250ms', { durationMs: 251 })).toBe(false)
  })

  it('compares texts, whatever their case', () => {
    expect(takes('method=get', { method: 'GET' })).toBe(true)
    expect(takes('host=A.test', { authority: 'a.test:8080' })).toBe(true)
    expect(takes('service=cart', { service: 'shop/cart:80' })).toBe(true)
    expect(takes('service=cart', { service: 'shop/Cart:80' })).toBe(true)
    expect(takes('cause!=no-route', { cause: 'no-route' })).toBe(false)
  })

  it('joins conditions, "and" before "or"', () => {
    const text = 'status>=500 or duration>1s and method=GET'
    expect(takes(text, { status: 500, method: 'POST' })).toBe(true)
    expect(takes(text, { durationMs: 2000, method: 'GET' })).toBe(true)
    expect(takes(text, { durationMs: 2000, method: 'POST' })).toBe(false)
    expect(takes('status>=500,duration>1s', { durationMs: 2000 })).toBe(true)
  })

  it.each([
    ['', /no condition/],
    ['status', /no condition/],
    ['status>=400 or', /no condition/],
    ['status>=abc', /404 or 5xx/],
    ['duration>1', /250ms/],
    ['staus>400', /did you mean status/],
    ['method>GET', /= and !=/],
    ['__proto__=x', /nothing|no condition|there is no/],
  ])('says what is wrong with %j', (text, problem) => {
    expect(parseLogFilter(text)).toEqual({ problem: expect.stringMatching(problem) })
  })
})
