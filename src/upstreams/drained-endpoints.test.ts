// What becomes of endpoints that are taken out by hand.
import { expect, onTestFinished, test } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { Counters } from '../metrics/counters.ts'
import { defaultUpstreamPolicies, type UpstreamPolicies } from '../policies/all.ts'
import { emptyTable } from '../routing/empty-table.ts'
import type { Upstream } from '../routing/table.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import { Upstreams } from './upstreams.ts'

const service = 'default/web:80'
const request = () => ({ ...requestFacts(), newStay: '' })

function upstreamOf(ports: readonly number[], more: Partial<Upstream> = {}): Upstream {
  return {
    key: service,
    namespace: 'default',
    service: 'web',
    port: '80',
    endpoints: ports.map(port => ({ address: '127.0.0.1', port })),
    notReadyCount: 0,
    clientIpAffinitySeconds: undefined,
    appProtocol: undefined,
    policies: defaultUpstreamPolicies,
    ...more,
  }
}

function start(upstream: Upstream): Upstreams {
  const deadlines = new Deadlines()
  const upstreams = new Upstreams(deadlines, new Counters(), Infinity, false)
  onTestFinished(() => {
    upstreams.close()
    deadlines.close()
  })
  serve(upstreams, upstream)
  return upstreams
}

function serve(upstreams: Upstreams, upstream: Upstream): void {
  upstreams.reconcile({ ...emptyTable, upstreams: new Map([[upstream.key, upstream]]) })
}

/** The ports that ten requests go to. */
function picks(upstreams: Upstreams, upstream: Upstream): number[] {
  const state = upstreams.stateOf(upstream)!
  const ports = Array.from({ length: 10 }, () => state.pick(request(), [])?.port ?? 0)
  return [...new Set(ports)].sort()
}

test('a drained endpoint gets no requests until it is taken in again, across tables that list it', () => {
  const upstream = upstreamOf([1, 2])
  const upstreams = start(upstream)
  upstreams.drain(service, '127.0.0.1:1', 1000)
  expect(picks(upstreams, upstream)).toEqual([2])
  const again = upstreamOf([1, 2, 3])
  serve(upstreams, again)
  expect(picks(upstreams, again)).toEqual([2, 3])
  expect(upstreams.stateOf(again)!.standings()[0]).toMatchObject({ key: '127.0.0.1:1', isDrained: true })
  expect(upstreams.drainedSince(service, '127.0.0.1:1')).toBe(1000)
  expect(upstreams.countDrained()).toBe(1)
  upstreams.undrain(service, '127.0.0.1:1')
  expect(upstreams.countDrained()).toBe(0)
  expect(picks(upstreams, again)).toEqual([1, 2, 3])
})

test('an endpoint that was gone is not drained when it comes back', () => {
  const upstream = upstreamOf([1, 2])
  const upstreams = start(upstream)
  upstreams.drain(service, '127.0.0.1:1', 1000)
  serve(upstreams, upstreamOf([2]))
  const back = upstreamOf([1, 2])
  serve(upstreams, back)
  expect(picks(upstreams, back)).toEqual([1, 2])
})

const { affinity, balance } = defaultUpstreamPolicies
const cookie = { ...affinity, kind: 'cookie', name: 'stay' } as UpstreamPolicies['affinity']
const hashBy = { parts: ['x'] } as unknown as UpstreamPolicies['balance']['hashBy']
const ways: Readonly<Record<string, Partial<Upstream>>> = {
  'in turn': {},
  'by client address': { clientIpAffinitySeconds: 60 },
  'by cookie': { policies: { ...defaultUpstreamPolicies, affinity: cookie } },
  'by persistent cookie': {
    policies: { ...defaultUpstreamPolicies, affinity: { ...cookie, mode: 'persistent' } },
  },
  'by response time': {
    policies: { ...defaultUpstreamPolicies, balance: { ...balance, algorithm: 'ewma' } },
  },
  'by hash': { policies: { ...defaultUpstreamPolicies, balance: { ...balance, hashBy } } },
  'by subset': { policies: { ...defaultUpstreamPolicies, balance: { ...balance, hashBy, subset: true } } },
}

test.each(Object.keys(ways))('without any endpoint left nobody is picked %s', way => {
  const upstream = upstreamOf([1, 2], ways[way])
  const upstreams = start(upstream)
  upstreams.drain(service, '127.0.0.1:1', 0)
  expect(picks(upstreams, upstream)).toEqual([2])
  upstreams.drain(service, '127.0.0.1:2', 0)
  expect(picks(upstreams, upstream)).toEqual([0])
})
