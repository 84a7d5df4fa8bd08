import { expect, test } from 'vitest'
import type { BranchView, EndpointView, RouteWay } from '../../../src/admin/api/types.ts'
import { EndpointRateMeter } from './endpoint-rates.ts'
import { pictureOfWay, wayInWords } from './way-picture.ts'

function endpoint(address: string, state: EndpointView['state'] = 'ready', answered = 0): EndpointView {
  return { address, state, inFlight: 0, idleConnections: 0, answered, failed: 0, ejections: 0 }
}

function branch(service: string, over: Partial<BranchView>): BranchView {
  const figures = { requests: 0, errors: 0, perSecond: 2 }
  const at = 'shop.yaml:9:5'
  return { isCanary: false, service, percent: 80, takes: [], at, endpoints: [], figures, ...over }
}

const way: RouteWay = {
  id: 'shop/web shop.test/cart Prefix',
  host: 'shop.test',
  path: '/cart',
  kind: 'prefix',
  isFallback: false,
  hasTls: true,
  ingress: 'shop/web',
  at: 'shop.yaml:7:5',
  service: 'shop/cart:80',
  endpoints: 2,
  canaries: 1,
  figures: { requests: 10, errors: 0, perSecond: 2.5 },
  listeners: [
    { name: 'http', address: '127.0.0.1:8080' },
    { name: 'https', address: '127.0.0.1:8443' },
    { name: 'admin', address: '127.0.0.1:10254' },
  ],
  hostRule: { host: 'shop.test', at: 'shop.yaml:6:5', aliases: [] },
  policies: [],
  branches: [
    branch('shop/canary-cart:80', { isCanary: true, percent: 20, takes: ['weight 20 of 100'] }),
    branch('shop/cart:80', {
      endpointsAt: 'slices.yaml:2:1',
      endpoints: [endpoint('127.0.0.1:3000'), endpoint('127.0.0.1:3001', 'left out')],
    }),
  ],
}

test('goes from listeners over host, path and policies to each backend and its endpoints', () => {
  const { sources, root, next } = pictureOfWay(way, new Map(), String)
  expect(sources.map(({ node }) => node.title)).toEqual(['HTTP', 'HTTPS'])
  expect([root.title, root.place]).toEqual(['shop.test', 'shop.yaml:6:5'])
  const [path] = next
  expect([path!.node.title, path!.node.place, path!.arrow.rate]).toEqual(['/cart', 'shop.yaml:7:5', 2.5])
  const branches = path!.next[0]!.next
  expect(branches.map(({ node, arrow }) => [node.title, arrow.label])).toEqual([
    ['shop/canary-cart:80', '20 %'],
    ['shop/cart:80', '80 %'],
  ])
  expect(branches[1]!.next.map(({ node }) => [node.title, node.place, node.tone])).toEqual([
    ['127.0.0.1:3000', 'slices.yaml:2:1', 'plain'],
    ['127.0.0.1:3001', 'slices.yaml:2:1', 'bad'],
  ])
})

test('shows a route that is closed, and a backend that has a problem, as bad', () => {
  const problem = 'Service does not exist'
  const closed = { ...way, closed: 'auth can not be obeyed', branches: [branch('shop/cart:80', { problem })] }
  const [path] = pictureOfWay(closed, new Map(), String).next
  expect([path!.node.tone, path!.arrow.tone, path!.next[0]!.next[0]!.node.tone]).toEqual([
    'bad',
    'bad',
    'bad',
  ])
  expect(wayInWords(closed).join(' ')).toContain(problem)
})

test('says the same in words', () => {
  const words = wayInWords(way).join('\n')
  for (const part of [
    '127.0.0.1:8443',
    'shop.test',
    '/cart',
    'shop.yaml:7:5',
    '20 %',
    '127.0.0.1:3001 (left out)',
  ])
    expect(words).toContain(part)
})

test('draws no more endpoints than can be seen', () => {
  const endpoints = Array.from({ length: 40 }, (_, index) => endpoint(`10.0.0.${index}:80`))
  const { next } = pictureOfWay(
    { ...way, branches: [branch('shop/cart:80', { endpoints })] },
    new Map(),
    String,
  )
  expect(next[0]!.next[0]!.next[0]!.next.at(-1)!.node.title).toBe('32 more')
})

test('tells how fast endpoints are asked from what they have answered since', () => {
  const meter = new EndpointRateMeter()
  const look = (answered: number, seconds: number) => {
    const endpoints = [endpoint('a:1', 'ready', answered)]
    return meter.look([branch('s', { endpoints })], seconds * 1_000).get('s a:1')
  }
  expect(look(100, 0)).toBeUndefined()
  expect(look(120, 2)).toBe(10)
  // Of the last seconds only, and a counter that began anew is no negative rate.
  expect(look(120, 60)).toBe(0)
  expect(look(5, 61)).toBeUndefined()
})
