import { expect, it } from 'vitest'
import { overviewWith, startAdminStandIn } from '../../../test/support/admin-stand-in.ts'
import { closedPort } from '../../../test/support/backend.ts'
import { hasPty, startOnTerminal } from '../../../test/support/pty-process.ts'
import { runInProcess } from '../../../test/support/run-in-process.ts'
import type { FiguresEvent, RouteFigures } from '../../admin/api/live-types.ts'
import { readEvent } from '../admin-events.ts'
import type { Paint } from '../paint.ts'
import { renderTop, type TopView } from './render-top.ts'

const plain: Paint = (_, text) => text

function route(id: string, perSecond: number, errorsPerSecond: number, p99: number): RouteFigures {
  const latencyMs = { p50: 1.25, p90: 12, p99 }
  return { id, branches: [], figures: { requests: 12_345, errors: 1, perSecond, errorsPerSecond, latencyMs } }
}

const figures: FiguresEvent = {
  sample: {
    time: 0,
    perSecond: 1_234.4,
    errorsPerSecond: 0.2,
    latencyMs: { p50: 1, p90: 4, p99: 20 },
    clientConnections: 14,
  },
  connections: { clients: 14, upstreamBusy: 3, upstreamIdle: 11 },
  routes: [
    route('shop/web shop.test/cart Prefix', 1_200, 0, 20),
    route('shop/web shop.test/pay Prefix', 30, 3, 15),
    route('blog/web blog.test/ Prefix', 4.4, 0.2, 1_500),
  ],
}
const view: TopView = {
  authority: '127.0.0.1:10254',
  version: '1.2.3',
  figures,
  order: 'rate',
  isPaused: false,
  lost: '',
}

function routesOf(lines: readonly string[]): string[] {
  return lines.flatMap(line => /(shop|blog)\.test\/\w*/.exec(line)?.[0] ?? [])
}

it('shows routes as a table, the busiest first', () => {
  expect(renderTop(view, { columns: 100, rows: undefined }, plain)).toEqual([
    'Portico 1.2.3 at 127.0.0.1:10254',
    '1,234/s, 0.2/s with 500 and above, p50 1.0 ms, p90 4.0 ms, p99 20 ms',
    '14 clients, to endpoints 3 in use, 11 idle',
    '',
    '  RATE▼  ERRORS     P50    P90     P99  REQUESTS  ROUTE',
    '1,200/s      0%  1.3 ms  12 ms   20 ms    12,345  shop/web shop.test/cart Prefix',
    ' 30.0/s     10%  1.3 ms  12 ms   15 ms    12,345  shop/web shop.test/pay Prefix',
    '  4.4/s    4.5%  1.3 ms  12 ms  1.50 s    12,345  blog/web blog.test/ Prefix',
  ])
})

it('orders them by errors, or by latency', () => {
  const orderOf = (order: TopView['order']) =>
    routesOf(renderTop({ ...view, order }, { columns: 100, rows: 40 }, plain))
  expect(orderOf('errors')).toEqual(['shop.test/pay', 'blog.test/', 'shop.test/cart'])
  expect(orderOf('latency')).toEqual(['blog.test/', 'shop.test/cart', 'shop.test/pay'])
})

it('fits any terminal, and says how many routes it has no room for', () => {
  for (const rows of [1, 5, 8, 9, 40])
    for (const columns of [10, 40, 200]) {
      const lines = renderTop(view, { columns, rows }, plain)
      expect(lines.length).toBeLessThanOrEqual(rows)
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
    }
  const narrow = renderTop(view, { columns: 50, rows: 12 }, plain)
  expect(routesOf(narrow)).toEqual(['shop.test/cart', 'shop.test/pay', 'blog.test/'])
  const lines = renderTop(view, { columns: 100, rows: 9 }, plain)
  expect(routesOf(lines)).toEqual(['shop.test/cart', 'shop.test/pay'])
  expect(lines.at(-1)).toContain('1 more')
})

it('says that it is paused, that nothing comes, and that there is nothing', () => {
  const textOf = (change: Partial<TopView>) =>
    renderTop({ ...view, ...change }, { columns: 100, rows: 40 }, plain).join('\n')
  expect(textOf({ isPaused: true })).toContain('paused')
  expect(textOf({ lost: 'connection lost' })).toContain('connection lost')
  expect(textOf({ figures: undefined })).toContain('waiting')
  expect(textOf({ figures: { ...figures, routes: [] } })).toContain('no requests')
})

it('reads events, and passes over comments and names it does not know', () => {
  expect(readEvent('event: hello\ndata: {"version":"1",\ndata: "startedAt":0,"generation":1}')).toMatchObject(
    {
      name: 'hello',
      data: { version: '1' },
    },
  )
  expect(readEvent(': heartbeat')).toBeUndefined()
  expect(readEvent('event: something\ndata: {}')).toBeUndefined()
})

it('prints the routes once where there is no terminal, when their rates are known', async () => {
  const stand = await startAdminStandIn(overviewWith())
  const output = runInProcess(['top', '--admin', stand.address, '--sort', 'errors'])
  await stand.listened()
  stand.send('hello', { version: '1.2.3', startedAt: 0, generation: 1 })
  stand.send('figures', { ...figures, routes: [] })
  stand.send('figures', figures)
  const { code, stdout } = await output
  expect(code).toBe(0)
  expect(routesOf(stdout.split('\n'))[0]).toBe('shop.test/pay')
  expect(stdout).not.toContain('\x1b')
})

it('says where nobody answers, and when somebody ends too early', async () => {
  const nowhere = runInProcess(['top', '--admin', `127.0.0.1:${await closedPort()}`])
  await expect(nowhere).rejects.toThrow(/no running portico/)
  const stand = await startAdminStandIn(overviewWith())
  const output = runInProcess(['top', '--admin', stand.address]).catch(error => String(error))
  await stand.listened()
  stand.endStreams()
  expect(await output).toContain('ended before')
})

it.skipIf(!hasPty)(
  'takes a terminal, follows keys, says when the connection is lost, and gives the terminal back',
  async () => {
    const stand = await startAdminStandIn(overviewWith())
    const top = await startOnTerminal(['top', '--admin', stand.address], {})
    try {
      await top.seen(/\x1b\[\?1049h/)
      await stand.listened()
      stand.send('figures', figures)
      await top.seen(/RATE▼/)
      top.type('l')
      await top.seen(/P99▼/)
      stand.endStreams()
      await top.seen(/connection lost/)
      top.type('q')
      await top.seen(/\x1b\[\?25h\x1b\[\?1049l/)
      expect(await top.exited).toBe(0)
    } finally {
      top.kill()
    }
  },
)
