import { expect, it } from 'vitest'
import { readTraceparent, readTracestate, renderTraceparent } from './trace-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

it('reads a traceparent and writes it again', () => {
  const text = `00-${traceId}-${spanId}-01`
  expect(readTraceparent(text)).toEqual({ traceId, spanId, isSampled: true, isRandom: false })
  expect(renderTraceparent(readTraceparent(text)!)).toBe(text)
})

it('keeps the flags it knows and clears the others', () => {
  const flagsOf = (flags: string) =>
    renderTraceparent(readTraceparent(`00-${traceId}-${spanId}-${flags}`)!).slice(-2)
  expect(['00', '01', '02', '03', 'ff', 'f0'].map(flagsOf)).toEqual(['00', '01', '02', '03', '03', '00'])
})

it('reads what versions to come begin with', () => {
  expect(readTraceparent(`01-${traceId}-${spanId}-01-more`)?.traceId).toBe(traceId)
  expect(readTraceparent(`cc-${traceId}-${spanId}-00`)?.isSampled).toBe(false)
})

it.each([
  ['', 'nothing'],
  [`00-${traceId}-${spanId}-01-more`, 'version 00 with more behind it'],
  [`00-${traceId}-${spanId}-1`, 'one digit of flags'],
  [`00-${traceId.toUpperCase()}-${spanId}-01`, 'capital letters'],
  [`00-${'0'.repeat(32)}-${spanId}-01`, 'a trace of zeros'],
  [`00-${traceId}-${'0'.repeat(16)}-01`, 'a span of zeros'],
  [`ff-${traceId}-${spanId}-01`, 'the version that is none'],
  [`01-${traceId}-${spanId}-01.more`, 'a later version that goes on without a dash'],
  [`00-${traceId.slice(1)}-${spanId}-01`, 'a short trace'],
  [`00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`, 'two of them'],
])('takes no word of %s: %s', text => {
  expect(readTraceparent(text)).toBeUndefined()
})

it('hands a sound tracestate on, without its blanks and empty members', () => {
  expect(readTracestate('')).toBe('')
  expect(readTracestate('congo=t61rcWkgMzE')).toBe('congo=t61rcWkgMzE')
  expect(readTracestate('a=1 ,\tb@tenant=x y, ,c=2')).toBe('a=1,b@tenant=x y,c=2')
})

it.each([
  ['A=1'],
  ['a'],
  ['=1'],
  ['a='],
  ['a=1=2'],
  ['a=1,a=2'],
  [Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(',')],
  [`a=${'x'.repeat(257)}`],
  [`a=${'x'.repeat(250)},b=${'x'.repeat(250)},c=${'x'.repeat(20)}`],
])('drops a tracestate that breaks the rules: %s', text => {
  expect(readTracestate(text)).toBe('')
})
