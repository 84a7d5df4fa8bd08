import { expect, it } from 'vitest'
import { readTracingOptions } from './options.ts'

const read = (environment: Record<string, string>, flag?: string) =>
  readTracingOptions(flag, environment, '1.0.0')

it('takes the flag before the variable for traces, and that before the one for everything', () => {
  const general = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318/' }
  const both = { ...general, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/x' }
  expect(read({}).tracesUrl).toBeUndefined()
  expect(read(general).tracesUrl).toBe('http://all:4318/v1/traces')
  expect(read(both).tracesUrl).toBe('http://traces:4318/x')
  expect(read(both, 'https://flag/otlp').tracesUrl).toBe('https://flag/otlp/v1/traces')
})

it('reads the samplers of OpenTelemetry', () => {
  const samplingOf = (sampler: string, ratio?: string) =>
    read({ OTEL_TRACES_SAMPLER: sampler, ...(ratio !== undefined && { OTEL_TRACES_SAMPLER_ARG: ratio }) })
      .sampling
  expect(samplingOf('always_on')).toEqual({ ratio: 1, isParentBased: false })
  expect(samplingOf('parentbased_always_off')).toEqual({ ratio: 0, isParentBased: true })
  expect(samplingOf('parentbased_traceidratio', '0.1')).toEqual({ ratio: 0.1, isParentBased: true })
  expect(samplingOf('traceidratio')).toEqual({ ratio: 1, isParentBased: false })
})

it.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'nowhere' }],
  [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }],
])('tells of what it can not obey, and goes on without: %j', environment => {
  const { tracesUrl, problems } = read(environment)
  expect(tracesUrl).toBeUndefined()
  expect(problems).toEqual([expect.stringContaining(Object.keys(environment).at(-1)!)])
})

it('sends by HTTP to a collector that is named for gRPC, and says so', () => {
  const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
  const general = read({ ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' })
  expect(general.tracesUrl).toBe('http://localhost:4318/v1/traces')
  expect(general.problems).toHaveLength(1)
  const forTraces = read({ ...grpc, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otel.test:4317' })
  expect(forTraces.tracesUrl).toBe('https://otel.test:4318/v1/traces')
})

it('is off where OpenTelemetry is', () => {
  expect(read({}).isDisabled).toBe(false)
  expect(read({ OTEL_SDK_DISABLED: 'true' }).isDisabled).toBe(true)
  expect(read({ OTEL_TRACES_EXPORTER: 'none' }).isDisabled).toBe(true)
})
