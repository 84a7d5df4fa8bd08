// Which endpoint each way of balancing chooses, for first attempts and for those that follow a failure.
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { Counters } from '../../metrics/counters.ts'
import { defaultUpstreamPolicies, type UpstreamPolicies } from '../../policies/all.ts'
import { endpointKeyOf } from '../../policies/balancing/session-cookie.ts'
import { parseVariables } from '../../policies/values/variables.ts'
import type { Upstream } from '../../routing/table.ts'
import { upstreamMark } from '../../routing/upstream-name.ts'
import { Deadlines } from '../../sockets/deadlines.ts'
import { Availability } from '../availability.ts'
import { DialLimit } from '../dial-limit.ts'
import { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'
import { createBalancer } from './create-balancer.ts'

interface Fixture {
  readonly balancer: Balancer
  readonly availability: Availability
  readonly endpoints: readonly EndpointState[]
  readonly upstream: Upstream
  /** Names of `count` first choices. */
  picks(count: number, facts?: FactsInput | ((i: number) => FactsInput)): number[]
}

function fixture(count: number, policies: Partial<UpstreamPolicies> = {}): Fixture {
  const deadlines = new Deadlines()
  onTestFinished(() => deadlines.close())
  const endpoints = Array.from(
    { length: count },
    (_, i) => new EndpointState('10.0.0.1', i, deadlines, new Counters(), new DialLimit(Infinity)),
  )
  const upstream: Upstream = {
    key: 'default/web:80',
    namespace: 'default',
    service: 'web',
    port: '80',
    endpoints: [],
    notReadyCount: 0,
    clientIpAffinitySeconds: undefined,
    appProtocol: undefined,
    policies: { ...defaultUpstreamPolicies, ...policies },
  }
  const draw = seededRandom(7)
  const availability = new Availability(endpoints)
  const balancer = createBalancer(
    upstream,
    availability,
    () => draw(2 ** 31) / 2 ** 31,
    () => 0,
  )
  balancer.update?.()
  const picks: Fixture['picks'] = (times, facts = {}) =>
    Array.from({ length: times }, (_, i) => {
      const request = requestOf(typeof facts === 'function' ? facts(i) : facts)
      return balancer.pick(request, [], 0)!.port
    })
  return { balancer, availability, endpoints, upstream, picks }
}

function requestOf(facts: FactsInput = {}): PickRequest {
  return { ...requestFacts(facts), newStay: '' }
}

function countOf(picks: readonly number[]): Record<number, number> {
  return Object.fromEntries(
    Map.groupBy(picks, port => port)
      .entries()
      .map(([port, all]) => [port, all.length]),
  )
}

const hashBy = (text: string, more: Partial<UpstreamPolicies['balance']> = {}) => {
  const parsed = parseVariables(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { balance: { ...defaultUpstreamPolicies.balance, hashBy: parsed.value, ...more } }
}
const sticky = (more: Partial<UpstreamPolicies['affinity']> = {}) => ({
  affinity: { ...defaultUpstreamPolicies.affinity, kind: 'cookie' as const, ...more },
})
const cookie = (value: string): FactsInput => ({ cookies: { INGRESSCOOKIE: value } })

describe('ewma', () => {
  const ewma = { balance: { ...defaultUpstreamPolicies.balance, algorithm: 'ewma' as const } }

  test('sends most requests to endpoints that answer faster, and some to all but the slowest', () => {
    const { balancer, endpoints, picks } = fixture(3, ewma)
    for (const [i, endpoint] of endpoints.entries()) balancer.noteTime!(endpoint, 10 * (i + 1), false)
    const counts = countOf(picks(300))
    // Of each two the faster: the fastest wins two of three pairs, the slowest none.
    expect(counts[0]).toBeGreaterThan(160)
    expect(counts[1]).toBeGreaterThan(60)
    expect(counts[2]).toBeUndefined()
  })

  test('does not prefer an endpoint because it fails fast', () => {
    const { balancer, endpoints, picks } = fixture(2, ewma)
    balancer.noteTime!(endpoints[0]!, 10, false)
    balancer.noteTime!(endpoints[1]!, 20, false)
    for (let i = 0; i < 100; i++) balancer.noteTime!(endpoints[1]!, 0.1, true)
    expect(countOf(picks(50))).toEqual({ 0: 50 })
  })

  test('leaves those out that were tried, or are passed over', () => {
    const { balancer, endpoints } = fixture(3, ewma)
    for (let i = 0; i < 20; i++) expect(balancer.pick(requestOf(), endpoints.slice(1), 0)).toBe(endpoints[0])
    endpoints[0]!.health.noteFailure('connect-failed', false, 0, 0)
    for (let i = 0; i < 20; i++) expect(balancer.pick(requestOf(), [], 0)).not.toBe(endpoints[0])
    expect(balancer.pick(requestOf(), endpoints, 0)).toBeUndefined()
  })
})

describe('upstream-hash-by', () => {
  test('sends the same text to the same endpoint, and different texts to all', () => {
    const { picks } = fixture(4, hashBy('$http_x_tenant'))
    const byTenant = picks(200, i => ({ headers: { 'x-tenant': `t${i % 50}` } }))
    for (const [i, port] of byTenant.entries()) expect(port).toBe(byTenant[i % 50])
    expect(Object.keys(countOf(byTenant))).toHaveLength(4)
  })

  test('makes no second attempt, and keeps to an endpoint that fails', () => {
    const { balancer, endpoints, picks } = fixture(3, hashBy('$request_uri'))
    const owner = endpoints[picks(1)[0]!]!
    owner.health.noteFailure('connect-failed', false, 0, 0)
    expect(balancer.pick(requestOf(), [], 0)).toBe(owner)
    expect(balancer.pick(requestOf(), [owner], 0)).toBeUndefined()
  })

  test('lends the requests of an endpoint that is left out to another, and gives them back', () => {
    const { availability, endpoints, picks } = fixture(3, hashBy('$request_uri'))
    const owner = picks(1)[0]!
    availability.checks = { isUnhealthy: endpoint => endpoint === endpoints[owner] }
    const other = picks(1)[0]!
    expect(other).not.toBe(owner)
    expect(picks(5)).toEqual(Array(5).fill(other))
    availability.checks = { isUnhealthy: () => true }
    expect(picks(1)).toEqual([owner])
  })

  test('by subset: keeps to a few endpoints, takes them by chance, and tries the others of the few', () => {
    const { balancer, endpoints, picks } = fixture(9, hashBy('$request_uri', { subset: true, subsetSize: 3 }))
    const counts = countOf(picks(300))
    expect(Object.keys(counts)).toHaveLength(3)
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(60)
    const members = Object.keys(counts).map(port => endpoints[Number(port)]!)
    expect(balancer.pick(requestOf(), members.slice(1), 0)).toBe(members[0])
    expect(balancer.pick(requestOf(), members, 0)).toBeUndefined()
  })
})

describe('affinity, balanced', () => {
  test('gives a new client an endpoint and a cookie that leads back to it', () => {
    const { balancer, upstream } = fixture(5, sticky())
    for (let i = 0; i < 50; i++) {
      const first = requestOf()
      const endpoint = balancer.pick(first, [], 0)
      expect(first.newStay).toMatch(new RegExp(`^[0-9a-f]+\\.[0-9a-f]+\\|${upstreamMark(upstream)}$`))
      const second = requestOf(cookie(first.newStay))
      expect(balancer.pick(second, [], 0)).toBe(endpoint)
      expect(second.newStay).toBe('')
    }
  })

  test('spreads new clients over all endpoints', () => {
    const counts = countOf(fixture(3, sticky()).picks(300))
    for (const port of [0, 1, 2]) expect(counts[port]).toBeGreaterThan(60)
  })

  test('takes a forged key for one of its own, and sets no cookie', () => {
    const { balancer, endpoints } = fixture(3, sticky())
    const request = requestOf(cookie('forged|whatever'))
    expect(endpoints).toContain(balancer.pick(request, [], 0))
    expect(request.newStay).toBe('')
  })

  test('moves about a half of the clients when the endpoints double, and none of the others', () => {
    const { balancer, availability, endpoints } = fixture(8, sticky())
    const at = () =>
      Array.from({ length: 1_000 }, (_, i) => balancer.pick(requestOf(cookie(`key ${i}`)), [], 0)!.port)
    availability.endpoints = endpoints.slice(0, 4)
    balancer.update!()
    const before = at()
    availability.endpoints = endpoints
    balancer.update!()
    const moved = at().filter((port, i) => port !== before[i])
    expect(moved.length).toBeGreaterThan(350)
    expect(moved.length).toBeLessThan(650)
    expect(moved.every(port => port >= 4)).toBe(true)
  })
})

describe('affinity, persistent', () => {
  const persistent = (more = {}) => sticky({ mode: 'persistent', ...more })

  test('follows a cookie of ingress-nginx, and gives a new endpoint to one that names none', () => {
    const { balancer, endpoints } = fixture(3, persistent())
    const known = requestOf(cookie(`${endpointKeyOf('default-web-80', '10.0.0.1:2')}|x`))
    expect(balancer.pick(known, [], 0)).toBe(endpoints[2])
    expect(known.newStay).toBe('')
    const forged = requestOf(cookie('forged|x'))
    const endpoint = balancer.pick(forged, [], 0)!
    expect(forged.newStay.split('|')[0]).toBe(endpointKeyOf('default-web-80', `10.0.0.1:${endpoint.port}`))
  })

  test('keeps every client where it is when endpoints come', () => {
    const { balancer, availability, endpoints } = fixture(8, persistent())
    availability.endpoints = endpoints.slice(0, 4)
    balancer.update!()
    const clients = Array.from({ length: 100 }, () => {
      const request = requestOf()
      return { endpoint: balancer.pick(request, [], 0), stay: request.newStay }
    })
    availability.endpoints = endpoints
    balancer.update!()
    for (const { endpoint, stay } of clients)
      expect(balancer.pick(requestOf(cookie(stay)), [], 0)).toBe(endpoint)
  })
})

describe.each(['balanced', 'persistent'] as const)('affinity, %s, when an endpoint fails', mode => {
  function failing(changeOnFailure: boolean) {
    const parts = fixture(3, sticky({ mode, changeOnFailure }))
    const first = requestOf()
    const home = parts.balancer.pick(first, [], 0)!
    return { ...parts, home, again: () => requestOf(cookie(first.newStay)) }
  }

  test('keeps the client there, and makes no second attempt', () => {
    const { balancer, home, again } = failing(false)
    home.health.noteFailure('connect-failed', false, 0, 0)
    expect(balancer.pick(again(), [], 0)).toBe(home)
    expect(balancer.pick(again(), [home], 0)).toBeUndefined()
  })

  test('gives the client another endpoint and a new cookie, if that is asked for', () => {
    const { balancer, home, again } = failing(true)
    const retried = again()
    expect(balancer.pick(retried, [home], 0)).not.toBe(home)
    expect(retried.newStay).not.toBe('')
    home.health.noteFailure('connect-failed', false, 0, 0)
    const next = again()
    expect(balancer.pick(next, [], 0)).not.toBe(home)
    expect(next.newStay).not.toBe('')
  })

  test('sends a new client on, with the cookie of where it ends', () => {
    const { balancer, endpoints } = failing(false)
    const request = requestOf()
    const first = balancer.pick(request, [], 0)!
    const before = request.newStay
    const second = balancer.pick(request, [first], 0)!
    expect(second).not.toBe(first)
    expect(request.newStay).not.toBe(before)
    expect(balancer.pick(request, endpoints, 0)).toBeUndefined()
  })
})
