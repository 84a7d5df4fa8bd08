import { afterEach, expect, test, vi } from 'vitest'
import { type RequestFigures, RequestSeries, type RouteLabels } from './request-series.ts'

afterEach(() => {
  vi.useRealTimers()
})

const labels: RouteLabels = {
  namespace: 'shop',
  ingress: 'web',
  host: 'a.test',
  path: '/',
  service: 'web',
  canary: '',
}
const figures: RequestFigures = {
  status: 200,
  method: 'GET',
  durationMs: 20,
  responseMs: 19,
  headerMs: 18,
  connectMs: 0,
  requestBytes: 55,
  responseBytes: 1200,
}

test('ways with the same labels are one series, whichever table they are of', () => {
  const series = new RequestSeries()
  series.of({}, () => labels).add(figures)
  series.of({}, () => ({ ...labels })).add(figures)
  const [only, ...others] = series.all
  expect(others).toEqual([])
  expect(Array.from(only!.statuses, ({ status, method, count }) => [status, method, count])).toEqual([
    [200, 'GET', 2],
  ])
})

test('labels of a way are asked for once', () => {
  const series = new RequestSeries()
  const way = {}
  let asked = 0
  for (let i = 0; i < 3; i++) {
    series.of(way, () => {
      asked++
      return labels
    })
  }
  expect(asked).toBe(1)
})

test('methods that clients make up are one', () => {
  const route = new RequestSeries().of({}, () => labels)
  for (const method of ['BREW', 'WHEN', 'GET']) route.add({ ...figures, method })
  expect(Array.from(route.statuses, ({ method, count }) => [method, count])).toEqual([
    ['OTHER', 2],
    ['GET', 1],
  ])
})

test('statuses that backends make up are one beyond the hundredth', () => {
  const route = new RequestSeries().of({}, () => labels)
  for (let status = 100; status < 1000; status++) route.add({ ...figures, status })
  const statuses = [...route.statuses]
  expect(statuses).toHaveLength(101)
  expect(statuses.at(-1)).toMatchObject({ status: 0, count: 800 })
})

test('values go below their bounds, and times that were not reached nowhere', () => {
  const route = new RequestSeries().of({}, () => labels)
  route.add(figures)
  route.add({ ...figures, status: 502, headerMs: -1, responseMs: -1, connectMs: -1 })
  const [answered, failed] = route.statuses
  expect(answered!.duration.counts).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  expect(answered!.duration.sum).toBeCloseTo(0.02)
  expect(answered!.requestSize.counts).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
  expect(answered!.bytesSent.counts).toEqual([0, 0, 0, 1, 0, 0, 0, 0])
  expect(failed!.header.counts.every(count => count === 0)).toBe(true)
  expect([route.outcomes.errors, route.outcomes.requests]).toEqual([1, 2])
})

test('what was counted of a way is found without being made', () => {
  const series = new RequestSeries()
  expect(series.find({}, () => labels)).toBeUndefined()
  expect([...series.all]).toEqual([])
  const made = series.of({}, () => labels)
  expect(series.find({}, () => labels)).toBe(made)
})

test('a series of no route is dropped after five minutes, and counts from nothing when its route is back', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const series = new RequestSeries()
  const way = {}
  const other = { ...labels, path: '/other' }
  series.of(way, () => labels).add(figures)
  const kept = series.of({}, () => other)
  series.follow(() => [other])

  series.sweep()
  vi.advanceTimersByTime(299_000)
  series.sweep()
  expect([...series.all]).toHaveLength(2)
  vi.advanceTimersByTime(1_000)
  series.sweep()
  expect([...series.all]).toEqual([kept])
  expect(series.of(way, () => labels).outcomes.requests).toBe(0)
})

test('a series whose route is back in time goes on', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const series = new RequestSeries()
  series.of({}, () => labels).add(figures)
  series.follow(() => [])
  series.sweep()
  vi.advanceTimersByTime(200_000)
  series.follow(() => [labels])
  series.sweep()
  vi.advanceTimersByTime(200_000)
  series.follow(() => [])
  series.sweep()
  expect(series.find({}, () => labels)?.outcomes.requests).toBe(1)
})

test('series of routes that come and go do not pile up although nobody looks at metrics', () => {
  const series = new RequestSeries()
  for (let i = 0; i < 10_000; i++) {
    const last = { ...labels, path: `/${i}` }
    series.follow(() => [last])
    series.of({}, () => last)
  }
  expect([...series.all].length).toBeLessThanOrEqual(1_002)
})
