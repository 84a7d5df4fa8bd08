import { expect, test } from 'vitest'
import { type RequestFigures, RequestSeries, type RouteLabels } from './request-series.ts'

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
  expect([route.errors, route.latencies.count]).toEqual([1, 2])
})
