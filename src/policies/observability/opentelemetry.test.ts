import { expect, it } from 'vitest'
import { opentelemetry } from './opentelemetry.ts'

const { settings, defaults } = opentelemetry

it('tells whoever switches it on that nothing traces yet', () => {
  const said: string[] = []
  const report = (name: string, problem: string, severity?: string) =>
    said.push(`${severity} ${name} ${problem}`)
  const written = new Map([['enabled', {} as never]]) as never
  opentelemetry.check!({ ...defaults, enabled: true }, written, report as never)
  expect(said).toEqual([expect.stringContaining('warning enabled')])
  opentelemetry.check!(defaults, written, report as never)
  expect(said).toHaveLength(1)
})

it('reads what its names and numbers may be', () => {
  expect(settings.samplerRatio.parse('0.25')).toEqual({ value: 0.25 })
  for (const text of ['1.5', '-1', '1e3', ''])
    expect(settings.samplerRatio.parse(text)).toHaveProperty('problem')
  expect(settings.sampler.parse('AlwaysOff')).toEqual({ value: 'AlwaysOff' })
  expect(settings.sampler.parse('alwaysOff')).toHaveProperty('problem')
  expect(settings.operationName.parse('HTTP $request_method $service_name')).toHaveProperty('value')
  expect(settings.operationName.parse('a;b')).toHaveProperty('problem')
})
