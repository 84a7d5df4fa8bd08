import { expect, test } from 'vitest'
import { ago, bytes, compact, counted, duration, percent, rate, span } from './figures.ts'

test('numbers stay short', () => {
  expect([0, 0.42, 1, 12.34, 123.4, 1_234, 12_345, 999_499, 1_234_567].map(compact)).toEqual([
    '0',
    '0.4',
    '1',
    '12',
    '123',
    '1,234',
    '12k',
    '999k',
    '1.2M',
  ])
  expect([rate(undefined), rate(3)]).toEqual(['–', '3/s'])
})

test('durations have the unit that fits', () => {
  expect([undefined, 0, 0.44, 9.96, 38.4, 1_234, 59_949, 61_000].map(duration)).toEqual([
    '–',
    '0 ms',
    '0.4 ms',
    '10 ms',
    '38 ms',
    '1.2 s',
    '60 s',
    '1 min',
  ])
  expect([0, 59_000, 3_600_000, 7_500_000, 90_000_000, 86_400_000].map(span)).toEqual([
    '0 s',
    '59 s',
    '1 h',
    '2 h 5 min',
    '1 d 1 h',
    '1 d',
  ])
  expect([ago(0, 1_000), ago(0, 5_000)]).toEqual(['just now', '5 s ago'])
})

test('sizes count in 1024, parts never hide what is there', () => {
  expect([0, 1_023, 1_536, 1_048_576, 1_073_741_824].map(bytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '1 MiB',
    '1 GiB',
  ])
  expect([percent(0, 0), percent(1, 100_000), percent(1, 300), percent(1, 3)]).toEqual([
    '0 %',
    '< 0.1 %',
    '0.3 %',
    '33 %',
  ])
  expect([counted(1, 'route'), counted(1_200, 'query', 'queries')]).toEqual(['1 route', '1,200 queries'])
})
