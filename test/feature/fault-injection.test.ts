// Faults on purpose (portico/fault-…): what clients see of them.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { readMetrics } from '../support/metrics.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

test('delays requests and answers them with errors, and counts both', async () => {
  const app = await startEchoBackend('app')
  const proxy = await startProxy({
    files: {
      'abort.yaml': serving('abort.test', app.address, {
        name: 'abort',
        annotations: { 'portico/fault-abort': '429' },
      }),
      'delay.yaml': serving('delay.test', app.address, {
        name: 'delay',
        annotations: { 'portico/fault-delay': '20ms' },
      }),
      'never.yaml': serving('never.test', app.address, {
        name: 'never',
        annotations: { 'portico/fault-abort': '500', 'portico/fault-abort-percent': '0' },
      }),
      'bad.yaml': serving('bad.test', app.address, {
        name: 'bad',
        annotations: { 'portico/fault-delay': '5' },
      }),
    },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  const fetch = (host: string) => fetchFrom({ port: proxy.httpPort, host, method: 'POST', body: 'x' })

  expect((await fetch('abort.test')).status).toBe(429)
  const startedAt = performance.now()
  expect((await fetch('delay.test')).echo().body).toBe('x')
  // Timers may fire a millisecond early on this clock.
  expect(performance.now() - startedAt).toBeGreaterThan(18)
  expect((await fetch('never.test')).status).toBe(200)
  expect((await fetch('bad.test')).status).toBe(200)
  expect(proxy.codes()).toEqual(['annotation-value'])

  const metrics = await readMetrics(proxy.app.admin!)
  expect(metrics.get('portico_policy_events_total{policy="fault",event="aborted"}')).toBe(1)
  expect(metrics.get('portico_policy_events_total{policy="fault",event="delayed"}')).toBe(1)
})
