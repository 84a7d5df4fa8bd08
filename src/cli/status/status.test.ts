import { expect, it } from 'vitest'
import { overviewWith, startAdminStandIn } from '../../../test/support/admin-stand-in.ts'
import { closedPort } from '../../../test/support/backend.ts'
import { runInProcess } from '../../../test/support/run-in-process.ts'
import type { Paint } from '../paint.ts'
import { renderStatus } from './render-status.ts'

const plain: Paint = (_, text) => text

it('says on one screen how an instance is', () => {
  const { now } = overviewWith()
  const history = [1, 2, 3].map(second => ({
    time: now - second * 1_000,
    perSecond: second * 10,
    errorsPerSecond: 0.5,
    latencyMs: { p50: second, p90: second * 10, p99: second * 500 },
    clientConnections: 12,
  }))
  const expiring = [{ host: 'shop.test', secret: 'shop/tls', notAfter: '', daysLeft: 6 }]
  const problems = { error: 1, warning: 2, note: 0 }
  expect(renderStatus(overviewWith({ history, expiring, problems }), plain)).toEqual([
    'Portico 1.2.3  ready, up 125m',
    '  listens       http 127.0.0.1:8080, https 127.0.0.1:8443',
    '  reads         ./k8s',
    '  table         generation 7, live for 3m (k8s/shop.yaml: +1 ~0 -0 routes in 4 ms)',
    '  serves        5 routes on 2 hosts from 1 Ingress',
    '                2 Services with 4 endpoints, 1 of them away',
    '  problems      1 error, 2 warnings; `portico check` shows them',
    '  certificates  shop.test (shop/tls) ends in 6 days',
    '  requests      20.0/s, 0.5/s with 500 and above (mean of 3 seconds)',
    '                50% within 2.0 ms, 90% within 20 ms, 99% within 1.00 s (of a usual second)',
    '                1,234,567 since the start, 21 of them with 500 and above',
    '  connections   12 clients; to endpoints 9 in use, 3 idle',
    '  memory        98 MB',
  ])
})

it('leaves no control character of a manifest to the terminal', () => {
  const { lastChange } = overviewWith()
  const lines = renderStatus(
    overviewWith({ lastChange: { ...lastChange, changedFiles: ['a\x1b[2J.yaml'] }, paths: ['b\x1b[2J'] }),
    plain,
  )
  expect(lines.join('')).not.toContain('\x1b')
})

it.each([
  [0, {}],
  [1, { isReady: false }],
  [1, { problems: { error: 1, warning: 0, note: 0 } }],
])('ends with %d where the overview says %j', async (code, changes) => {
  const { address } = await startAdminStandIn(overviewWith(changes))
  expect((await runInProcess(['status', '--admin', address])).code).toBe(code)
})

it('prints the overview as it came with -o json', async () => {
  const overview = overviewWith()
  const { address } = await startAdminStandIn(overview)
  const { stdout } = await runInProcess(['status', '--admin', `http://${address}/`, '-o', 'json'])
  expect(JSON.parse(stdout)).toEqual(overview)
})

it('says where nobody answers, and what to do', async () => {
  const refused = runInProcess(['status', '--admin', `127.0.0.1:${await closedPort()}`])
  await expect(refused).rejects.toThrow(/no running portico answers at 127.*portico run/)
})

it('shows the token of the environment, and says what is missing without one', async () => {
  const { address, tokens } = await startAdminStandIn(overviewWith(), 's3cret-of-sixteen')
  await expect(runInProcess(['status', '--admin', address])).rejects.toThrow(
    /401: show the token.*--admin-token-file/,
  )
  process.env.PORTICO_ADMIN_TOKEN = ' s3cret-of-sixteen\n'
  try {
    expect((await runInProcess(['status', '--admin', address])).code).toBe(0)
  } finally {
    delete process.env.PORTICO_ADMIN_TOKEN
  }
  expect(tokens).toEqual(['', 'Bearer s3cret-of-sixteen'])
})
