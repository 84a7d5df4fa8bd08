// What is told of all endpoints together.
import { expect, onTestFinished, test } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { Counters } from '../metrics/counters.ts'
import { defaultUpstreamPolicies } from '../policies/all.ts'
import { emptyTable } from '../routing/empty-table.ts'
import type { Upstream } from '../routing/table.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import { Upstreams } from './upstreams.ts'

const upstream: Upstream = {
  key: 'default/web:80',
  namespace: 'default',
  service: 'web',
  port: '80',
  endpoints: [
    { address: '127.0.0.1', port: 3000 },
    { address: '127.0.0.1', port: 3001 },
  ],
  notReadyCount: 0,
  clientIpAffinitySeconds: undefined,
  appProtocol: undefined,
  policies: defaultUpstreamPolicies,
}

const request = { ...requestFacts(), newStay: '' }

test('counts an endpoint as passed over until its pause is over, and again while it is tried', () => {
  const deadlines = new Deadlines()
  onTestFinished(() => deadlines.close())
  const upstreams = new Upstreams(deadlines, new Counters(), Infinity)
  upstreams.reconcile({
    ...emptyTable,
    upstreams: new Map([[upstream.key, upstream]]),
  })
  const state = upstreams.stateOf(upstream)!
  expect(upstreams.countPassedOver()).toBe(0)
  state.pick(request, [])!.noteFailure('connect-failed', false, deadlines.now)
  expect(upstreams.countPassedOver()).toBe(1)
  deadlines.now += 1_000
  expect(upstreams.countPassedOver()).toBe(0)
  for (let i = 0; i < 2; i++) state.pick(request, [])
  expect(upstreams.countPassedOver()).toBe(1)
})
