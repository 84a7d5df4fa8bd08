// Figures of the last seconds, of routes that are asked about.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestSeries } from '../../metrics/request-series.ts'
import { seriesOf } from '../../proxy/route-series.ts'
import type { Backend, Canary, Route } from '../../routing/table.ts'
import { RouteFiguresWindow } from './route-figures-window.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const backend = (service: string) => ({ namespace: 'default', service, port: '80' }) as Backend
const canary = { backend: backend('next') } as Canary
const route = {
  host: 'a.test',
  path: '/',
  origin: { namespace: 'default', ingress: 'web' },
  backend: backend('web'),
  canaries: [canary],
} as unknown as Route

function start() {
  const series = new RequestSeries()
  const window = new RouteFiguresWindow(series)
  const figures = {
    method: 'GET',
    responseMs: 1,
    headerMs: 1,
    connectMs: 0,
    requestBytes: 1,
    responseBytes: 1,
  }
  const add = (count: number, status: number, durationMs: number, taken?: Canary) => {
    for (let i = 0; i < count; i++)
      seriesOf(series, route, taken as never).add({ ...figures, status, durationMs })
  }
  return { series, window, add }
}

test('a route of which nothing is known has figures of nothing', () => {
  const { window } = start()
  window.refresh()
  expect(window.ofRoute(route)).toEqual({ requests: 0, errors: 0 })
})

test('rates and percentiles are of the last seconds, counts since the start', () => {
  const { window, add } = start()
  add(100, 200, 5_000)
  window.refresh()
  expect(window.ofRoute(route)).toEqual({ requests: 100, errors: 0 })
  vi.advanceTimersByTime(2_000)
  add(8, 200, 1)
  add(2, 500, 1)
  window.refresh()
  const figures = window.ofRoute(route)
  expect(figures).toMatchObject({ requests: 110, errors: 2, perSecond: 5, errorsPerSecond: 1 })
  expect(figures.latencyMs!.p99).toBeCloseTo(1, 0)
  expect(window.requestsLately(route)).toBe(10)
  // Old requests leave the window, which is between five and ten seconds long.
  for (const _ of Array(4)) {
    vi.advanceTimersByTime(5_000)
    window.refresh()
  }
  expect(window.ofRoute(route)).toMatchObject({ requests: 110, perSecond: 0 })
  expect(window.requestsLately(route)).toBe(0)
})

test('what nobody has asked about for half a minute begins anew', () => {
  const { window, add } = start()
  window.refresh()
  vi.advanceTimersByTime(31_000)
  add(1, 200, 1)
  window.refresh()
  expect(window.ofRoute(route).perSecond).toBeUndefined()
})
