import { expect, it } from 'vitest'
import { collectorUrl, opentelemetry } from './opentelemetry.ts'

const { settings, defaults } = opentelemetry

it('reads what its names and numbers may be', () => {
  expect(settings.samplerRatio.parse('0.25')).toEqual({ value: 0.25 })
  for (const text of ['1.5', '-1', '1e3', ''])
    expect(settings.samplerRatio.parse(text)).toHaveProperty('problem')
  expect(settings.sampler.parse('AlwaysOff')).toEqual({ value: 'AlwaysOff' })
  expect(settings.sampler.parse('alwaysOff')).toHaveProperty('problem')
  expect(settings.operationName.parse('HTTP $request_method $service_name')).toHaveProperty('value')
  expect(settings.operationName.parse('HTTP $request_methode')).toHaveProperty('problem')
  expect(settings.operationName.parse('a;b')).toHaveProperty('problem')
})

it('sends spans by HTTP to the host whose gRPC port is named, and says so', () => {
  const said: string[] = []
  const report = (name: string, problem: string, severity?: string) =>
    said.push(`${severity} ${name} ${problem}`)
  const written = new Map([['collectorPort', {} as never]]) as never
  const ofCluster = { ...defaults, collectorHost: 'otel.monitoring.svc', collectorPort: 4317 }
  opentelemetry.check!(ofCluster, written, report as never)
  expect(said).toEqual([expect.stringContaining('note collectorPort')])
  expect(collectorUrl(ofCluster)).toBe('http://otel.monitoring.svc:4318')
})

it('sends spans to this machine where no host is named', () => {
  expect(collectorUrl(defaults)).toBe('http://localhost:4318')
  expect(collectorUrl({ ...defaults, collectorHost: '::1', collectorPort: 9000 })).toBe('http://[::1]:9000')
})

it('says when a sending is to be larger than what waits', () => {
  const said: string[] = []
  const written = new Map([['maxExportBatchSize', {} as never]]) as never
  const report = (name: string, _problem: string, severity?: string) => said.push(`${severity} ${name}`)
  opentelemetry.check!({ ...defaults, maxQueueSize: 10 }, written, report as never)
  expect(said).toEqual(['warning maxExportBatchSize'])
})
