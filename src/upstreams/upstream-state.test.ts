// Whose turn it is: the endpoints of an upstream one after the other, clients that stay where they were.
import { describe, expect, onTestFinished, test } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { Counters } from '../metrics/counters.ts'
import { defaultUpstreamPolicies } from '../policies/all.ts'
import type { Upstream } from '../routing/table.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import { CheckRegistry } from './control/health-checks.ts'
import { DialLimit } from './dial-limit.ts'
import { DrainedEndpoints } from './drained-endpoints.ts'
import { EndpointState } from './endpoint-state.ts'
import { type UpstreamServices, UpstreamState } from './upstream-state.ts'

function upstreamOf(clientIpAffinitySeconds?: number): Upstream {
  return {
    key: 'default/web:80',
    namespace: 'default',
    service: 'web',
    port: '80',
    endpoints: [],
    notReadyCount: 0,
    clientIpAffinitySeconds,
    appProtocol: undefined,
    policies: defaultUpstreamPolicies,
  }
}

function servicesOf(deadlines: Deadlines): UpstreamServices {
  return {
    deadlines,
    counters: new Counters(),
    checkRegistry: new CheckRegistry(),
    drained: new DrainedEndpoints(),
    random: Math.random,
  }
}

/** A request that needs an endpoint. */
const requestOf = (clientAddress: string) => ({ ...requestFacts({ clientAddress }), newStay: '' })
const client = requestOf('client')

interface Fixture {
  readonly state: UpstreamState
  readonly endpoints: readonly EndpointState[]
  readonly deadlines: Deadlines
}

function fixture(count: number, affinitySeconds?: number): Fixture {
  const deadlines = new Deadlines()
  onTestFinished(() => deadlines.close())
  const endpoints = Array.from(
    { length: count },
    (_, i) => new EndpointState('127.0.0.1', 3000 + i, deadlines, new Counters(), new DialLimit(Infinity)),
  )
  const services = servicesOf(deadlines)
  return { state: new UpstreamState(upstreamOf(affinitySeconds), endpoints, services), endpoints, deadlines }
}

function picks(state: UpstreamState, count: number, client = 'client'): (number | undefined)[] {
  return Array.from({ length: count }, () => state.pick(requestOf(client), [])?.port)
}

describe('round robin', () => {
  test('takes every endpoint in turn', () => {
    expect(picks(fixture(3).state, 7)).toEqual([3000, 3001, 3002, 3000, 3001, 3002, 3000])
  })

  test('passes over those that were tried', () => {
    const { state, endpoints } = fixture(3)
    expect(state.pick(client, [endpoints[0]!])?.port).toBe(3001)
    expect(state.pick(client, [endpoints[2]!, endpoints[0]!])?.port).toBe(3001)
  })

  test('has none left when all were tried, and none to begin with', () => {
    const { state, endpoints } = fixture(2)
    expect(state.pick(client, endpoints)).toBeUndefined()
    expect(fixture(0).state.pick(client, [])).toBeUndefined()
  })

  test('goes on after an update, with fewer endpoints too', () => {
    const { state, endpoints } = fixture(3)
    picks(state, 2)
    state.update(upstreamOf(), endpoints)
    expect(picks(state, 1)).toEqual([3002])
    state.update(upstreamOf(), endpoints.slice(0, 1))
    expect(picks(state, 2)).toEqual([3000, 3000])
  })
})

describe('endpoints that fail', () => {
  test('are passed over, and the others take their turns evenly', () => {
    const { state, endpoints, deadlines } = fixture(3)
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    expect(picks(state, 4)).toEqual([3001, 3002, 3001, 3002])
  })

  test('are tried by one request when their pause is over; the others wait for what becomes of it', () => {
    const { state, endpoints, deadlines } = fixture(2)
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    deadlines.now += 1_000
    expect(picks(state, 3)).toEqual([3000, 3001, 3001])
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    deadlines.now += 1_999
    expect(picks(state, 2)).toEqual([3001, 3001])
    deadlines.now += 1
    expect(picks(state, 2)).toContain(3000)
    endpoints[0]!.health.noteConnected()
    expect(picks(state, 4).filter(port => port === 3000)).toHaveLength(2)
  })

  test('are tried once more when a trial has no outcome', () => {
    const { state, endpoints, deadlines } = fixture(2)
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    deadlines.now += 1_000
    expect(picks(state, 2)).toEqual([3000, 3001])
    deadlines.now += 10_000
    expect(picks(state, 2)).toContain(3000)
  })

  test('are all in use, in turn, when there are no others', () => {
    const { state, endpoints, deadlines } = fixture(3)
    for (const endpoint of endpoints) endpoint.noteFailure('connect-failed', false, deadlines.now)
    expect(picks(state, 4)).toEqual([3000, 3001, 3002, 3000])
    expect(state.pick(client, endpoints.slice(0, 2))?.port).toBe(3002)
    expect(state.pick(client, endpoints)).toBeUndefined()
  })

  test('are not asked again by a request whose last hope they would be', () => {
    const { state, endpoints, deadlines } = fixture(2)
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    expect(state.pick(client, [endpoints[1]!])).toBeUndefined()
  })

  test('lose the clients that stayed with them, to one other endpoint each', () => {
    const { state, endpoints, deadlines } = fixture(3, 10_800)
    expect(picks(state, 1)).toEqual([3000])
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    expect(picks(state, 3)).toEqual([3001, 3001, 3001])
  })
})

describe('sessionAffinity: ClientIP', () => {
  test('keeps each client where it was first sent', () => {
    const { state } = fixture(3, 10_800)
    expect(picks(state, 3, 'one')).toEqual([3000, 3000, 3000])
    expect(picks(state, 3, 'two')).toEqual([3001, 3001, 3001])
    expect(picks(state, 1, 'one')).toEqual([3000])
  })

  test('moves a client for good when its endpoint fails', () => {
    const { state, endpoints } = fixture(2, 10_800)
    expect(picks(state, 1)).toEqual([3000])
    expect(state.pick(client, [endpoints[0]!])?.port).toBe(3001)
    expect(picks(state, 2)).toEqual([3001, 3001])
  })

  test('moves a client whose endpoint is gone, and no other', () => {
    const { state, endpoints } = fixture(3, 10_800)
    picks(state, 1, 'one')
    picks(state, 1, 'two')
    state.update(upstreamOf(10_800), endpoints.slice(1))
    expect(picks(state, 1, 'two')).toEqual([3001])
    expect(picks(state, 2, 'one')).not.toContain(3000)
  })

  test('forgets a client that has been away for the timeout', () => {
    const { state, deadlines } = fixture(2, 10)
    expect(picks(state, 1)).toEqual([3000])
    deadlines.now += 9_000
    expect(picks(state, 1)).toEqual([3000])
    deadlines.now += 9_000
    expect(picks(state, 1)).toEqual([3000])
    deadlines.now += 11_000
    expect(picks(state, 1)).toEqual([3001])
  })

  test('remembers no more than ten thousand clients', () => {
    const { state } = fixture(2, 10_800)
    for (let i = 0; i <= 10_000; i++) state.pick(requestOf(`client ${i}`), [])
    // The first was forgotten and takes the next turn, which is not its old one; the last was not.
    expect(picks(state, 1, 'client 10000')).toEqual([3000])
    expect(picks(state, 1, 'client 0')).toEqual([3001])
  })
})

describe('slow start', () => {
  const policies = { ...defaultUpstreamPolicies, slowStart: { durationMs: 10_000 } }
  const share = (state: UpstreamState, port: number) =>
    picks(state, 100).filter(picked => picked === port).length / 100

  test('gives a new endpoint a growing share of the requests', () => {
    const { endpoints, deadlines } = fixture(3)
    const services = servicesOf(deadlines)
    const upstream = { ...upstreamOf(), policies }
    const state = new UpstreamState(upstream, endpoints.slice(0, 2), services)
    expect(share(state, 3000)).toBe(0.5)
    state.update({ ...upstream }, endpoints)
    expect(share(state, 3002)).toBeLessThan(0.06)
    deadlines.now += 5_000
    expect(share(state, 3002)).toBeGreaterThan(0.15)
    deadlines.now += 5_000
    expect(share(state, 3002)).toBeCloseTo(1 / 3, 1)
  })

  test('gives one that was passed over the same, when it is back', () => {
    const { endpoints, deadlines } = fixture(2)
    const state = new UpstreamState({ ...upstreamOf(), policies }, endpoints, servicesOf(deadlines))
    endpoints[0]!.noteFailure('connect-failed', false, deadlines.now)
    expect(share(state, 3000)).toBe(0)
    endpoints[0]!.health.noteConnected()
    expect(share(state, 3000)).toBeLessThan(0.1)
    deadlines.now += 10_000
    expect(share(state, 3000)).toBe(0.5)
  })
})
