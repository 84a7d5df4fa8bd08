import { expect, it } from 'vitest'
import { opentelemetry } from '../policies/observability/opentelemetry.ts'
import { RequestIds } from '../proxy/request-ids.ts'
import { isSampled, samplingOf } from './begin-trace.ts'

const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isRandom: false }

it('samples a share of the traces that begin here, the same ones wherever it is asked', () => {
  const ids = new RequestIds()
  const traces = Array.from({ length: 20_000 }, () => ids.next())
  const taken = (ratio: number) =>
    traces.filter(id => isSampled(id, undefined, { ratio, isParentBased: true }))
  expect(taken(0)).toHaveLength(0)
  expect(taken(1)).toHaveLength(traces.length)
  expect(taken(0.25).length).toBeGreaterThan(4_400)
  expect(taken(0.25).length).toBeLessThan(5_600)
  const half = new Set(taken(0.5))
  expect(taken(0.25).every(id => half.has(id))).toBe(true)
})

it('samples a trace that goes on as the hop before says, where it is to ask it', () => {
  const asks = (isParentSampled: boolean, isParentBased: boolean) =>
    isSampled(parent.traceId, { ...parent, isSampled: isParentSampled }, { ratio: 0, isParentBased })
  expect([asks(true, true), asks(false, true), asks(true, false)]).toEqual([true, false, false])
})

it('takes the ConfigMap at its word', () => {
  const { defaults } = opentelemetry
  expect(samplingOf(defaults)).toEqual({ ratio: 1, isParentBased: true })
  expect(samplingOf({ ...defaults, sampler: 'AlwaysOff' }).ratio).toBe(0)
  expect(samplingOf({ ...defaults, sampler: 'TraceIdRatioBased' }).ratio).toBe(0.01)
})
