// What `/metrics` says after requests have gone every way there is.
import { expect, test } from 'vitest'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { readMetrics } from '../support/metrics.ts'
import { startProxy } from '../support/proxy.ts'
import { startAnsweringBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

test('counts requests by what became of them, and attempts by why they failed', async () => {
  const web = await startEchoBackend('web')
  const busy = await startAnsweringBackend('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n')
  const retrying = { annotations: { 'nginx.ingress.kubernetes.io/proxy-next-upstream': 'http_503' } }
  const proxy = await startProxy({
    files: {
      'web.yaml': serving('web.test', `127.0.0.1:${await closedPort()},${web.address}`, { name: 'web' }),
      'busy.yaml': serving('busy.test', `${busy.address},${web.address}`, { name: 'busy', ...retrying }),
      'down.yaml': serving('down.test', `127.0.0.1:${await closedPort()}`, { name: 'down' }),
    },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  const port = proxy.httpPort

  for (const host of ['web.test', 'busy.test', 'down.test', 'nobody.test']) await fetchFrom({ port, host })
  const refused = await rawClient(port)
  refused.send('GET / HTTP/1.1\r\n\r\n')
  await refused.untilClosed()
  const leaving = await rawClient(port)
  leaving.send('POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 9\r\n\r\nhalf')
  leaving.socket.end()
  await leaving.untilClosed()

  const metrics = await readMetrics(proxy.app.admin!)
  const expected = {
    'portico_requests_total{status_class="2xx",cause=""}': 2,
    'portico_requests_total{status_class="4xx",cause="no-route"}': 1,
    'portico_requests_total{status_class="4xx",cause="client-body-malformed"}': 1,
    'portico_requests_total{status_class="5xx",cause="connect-failed"}': 1,
    'portico_requests_refused_total{status="400"}': 1,
    'portico_client_aborts_total{reason="body-malformed"}': 1,
    portico_upstream_attempts_total: 6,
    'portico_upstream_attempt_failures_total{failure="connect-failed"}': 2,
    'portico_upstream_retries_total{reason="connect-failed"}': 1,
    'portico_upstream_retries_total{reason="http_503"}': 1,
    'portico_upstream_ejections_total{reason="unreachable"}': 2,
    portico_upstream_endpoints_ejected: 2,
    portico_requests_in_flight: 0,
    'portico_requests_limited_total{limit="limit-connections"}': 0,
    'portico_diagnostics{severity="error"}': 0,
    portico_table_generation: 1,
    portico_reload_duration_seconds_count: 1,
    portico_hosts: 3,
    portico_connections_accepted_total: 6,
    portico_connections_dropped_total: 0,
  }
  expect(Object.fromEntries(Object.keys(expected).map(name => [name, metrics.get(name)]))).toEqual(expected)
})
