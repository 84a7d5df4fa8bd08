import { expect, it } from 'vitest'
import { type ContentCoding, chooseCoding } from './content-coding.ts'

it('takes what the client likes best, and of several it likes alike the first that is offered', () => {
  const all: ContentCoding[] = ['zstd', 'br', 'gzip']
  const rows: [string | undefined, ContentCoding | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip, br', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.000, *;q=0.1', 'zstd'],
    ['*', 'zstd'],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['identity;q=1, gzip;q=0.5', undefined],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['identity, gzip, br', 'br'],
    ['deflate', undefined],
    ['gzip;q=2', undefined],
    ['gzip;q=abc', undefined],
    ['gzip ; q=0.001', 'gzip'],
    [',,;;q=1,gzip', 'gzip'],
  ]
  expect(rows.map(([accept]) => [accept, chooseCoding(all, accept)])).toEqual(rows)
  expect(chooseCoding(['gzip'], 'br, gzip;q=0.1')).toBe('gzip')
  expect(chooseCoding([], 'gzip')).toBeUndefined()
})
