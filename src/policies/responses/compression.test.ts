import { describe, expect, it } from 'vitest'
import type { AnySetting } from '../define-policy.ts'
import { type CompressibleResponse, type Compression, compression, offeredCodings } from './compression.ts'

const all: Compression = { ...compression.defaults, gzip: true, brotli: true, zstd: true }

function response(
  fields: Record<string, string>,
  more: Partial<CompressibleResponse> = {},
): CompressibleResponse {
  const all: Record<string, string> = { 'content-type': 'text/html', ...fields }
  return { status: 200, length: 1000, field: name => all[name], ...more }
}

const offered = (settings: Compression, ...args: Parameters<typeof response>) =>
  offeredCodings(settings, response(...args), undefined)

describe('a response', () => {
  it('is offered in all codings that are on, zstd first', () => {
    expect(offered(all, {})).toEqual(['zstd', 'br', 'gzip'])
    expect(offered({ ...compression.defaults, gzip: true }, {})).toEqual(['gzip'])
    expect(offered(compression.defaults, {})).toEqual([])
  })

  it('stays as it is by its status, its length, its type, and what it says of itself', () => {
    const kept: Parameters<typeof response>[] = [
      [{}, { status: 206 }],
      [{}, { status: 204 }],
      [{}, { status: 304 }],
      [{}, { status: 500 }],
      [{}, { length: 19 }],
      [{ 'content-type': 'image/png' }],
      [{ 'content-type': '' }],
      [{ 'content-encoding': 'gzip' }],
      [{ 'cache-control': 'private, no-transform' }],
      [{ 'content-digest': 'sha-256=:x:' }],
    ]
    expect(kept.map(args => offered(all, ...args))).toEqual(kept.map(() => []))
    expect(offered(all, {}, { status: 404 })).toHaveLength(3)
    expect(offered(all, {}, { length: undefined })).toHaveLength(3)
    expect(offered(all, {}, { length: 20 })).toEqual(['br'])
    expect(offered(all, { 'content-type': 'Application/JSON; charset=utf-8' })).toHaveLength(3)
  })

  it('is not gzipped for clients that gzip-disable names', () => {
    const settings = { ...all, gzipDisable: 'msie [4-6]\\.' }
    expect(offeredCodings(settings, response({}), 'Mozilla (MSIE 6.0)')).toEqual(['zstd', 'br'])
    expect(offeredCodings(settings, response({}), undefined)).toHaveLength(3)
  })
})

it('reads lists of types, of which text/html always is one', () => {
  const setting = compression.settings.gzipTypes as AnySetting
  expect(setting.parse('text/CSS application/json')).toEqual({
    value: new Set(['text/html', 'text/css', 'application/json']),
  })
  expect(offered({ ...all, gzipTypes: new Set(['*']) }, { 'content-type': 'image/png' })).toEqual(['gzip'])
  expect(setting.parse('text/css, application/json')).toHaveProperty('problem')
})
