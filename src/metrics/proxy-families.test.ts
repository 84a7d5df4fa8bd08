import { expect, test } from 'vitest'
import { Counters } from './counters.ts'
import { proxyFamilies } from './proxy-families.ts'

test('what limits refused is told apart from what else Portico answered itself', () => {
  const counters = new Counters()
  for (const cause of ['limit-rps', 'limit-rps', 'policy', '']) counters.countRequest(503, cause)
  counters.countRequest(429, 'limit-rps')
  const families = proxyFamilies(counters, {
    openClientConnections: () => 0,
    openEndpointConnections: () => ({ idle: 0, busy: 0 }),
    connectionsByEndpoint: () => [],
    endpointsPassedOver: () => 0,
    endpointsLeftOut: () => 0,
    endpointsDrained: () => 0,
  })
  const limited = families.find(({ name }) => name === 'portico_requests_limited_total')!
  expect(Array.from(limited.samples(), ({ labels, value }) => [labels, value])).toEqual([
    ['limit="limit-rps"', 3],
    ['limit="limit-rpm"', 0],
    ['limit="limit-connections"', 0],
  ])
})
