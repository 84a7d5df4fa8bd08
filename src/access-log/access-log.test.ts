// Which requests get a line, what the ConfigMap says of lines, and what people are told when lines are lost.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { requestRecord } from '../../test/support/request-record.ts'
import { accessLog as policy } from '../policies/observability/access-log.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import { createAccessLog } from './access-log.ts'
import { parseLogFilter } from './log-filter.ts'
import { type AccessLogOptions, noAccessLog } from './options.ts'
import { knownFormat } from './template-line.ts'

/** A table whose ConfigMap says this of the access log. */
function liveWith(settings: Partial<typeof policy.defaults> = {}): ProxyContext['live'] {
  const accessLog = { ...policy.defaults, ...settings }
  return { table: { unclaimed: { policies: { accessLog } } } } as unknown as ProxyContext['live']
}

interface Logged {
  /** Writes what is left. */
  close(): Promise<void>
  readonly proxy: ProxyContext
  readonly reports: readonly string[]
  log(...records: readonly Partial<RequestRecord>[]): void
  /** Another table is live. */
  follow(live: ProxyContext['live']): void
  /** All lines, once the log is closed. */
  lines(): Promise<string[]>
}

async function startLog(options: Partial<AccessLogOptions>): Promise<Logged> {
  const directory = mkdtempSync(join(tmpdir(), 'portico-log-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = options.file ?? join(directory, 'access.log')
  const proxy = {
    observers: [],
    live: liveWith(),
    counters: { logLinesDropped: 0 },
  } as unknown as ProxyContext
  const reports: string[] = []
  const log = await createAccessLog({ ...noAccessLog, file, ...options }, proxy, message => {
    reports.push(message)
  })
  return {
    proxy,
    reports,
    log(...records) {
      for (const record of records)
        for (const observe of proxy.observers) observe(requestRecord(record), undefined)
    },
    follow(live) {
      proxy.live = live
      log!.followTable()
    },
    close: () => log!.close(),
    async lines() {
      await log!.close()
      return readFileSync(file, 'utf8').split('\n').slice(0, -1)
    },
  }
}

const custom = { format: 'custom', template: knownFormat('$status $request_uri') } as const

test('nobody observes requests where there is none', async () => {
  expect((await startLog({ format: 'off' })).proxy.observers).toEqual([])
})

test('writes the requests that the manifests and the filter let through, in their order', async () => {
  const filter = parseLogFilter('status>=400 or duration>1s')
  if ('problem' in filter) throw new Error(filter.problem)
  const { log, lines } = await startLog({ ...custom, filter: filter.value })
  log({ target: '/fast' }, { target: '/slow', durationMs: 1001 }, { target: '/bad', status: 500 })
  log({ target: '/hidden', status: 500, isLogged: false })
  expect(await lines()).toEqual(['200 /slow', '500 /bad'])
})

test('samples, and never leaves out what failed', async () => {
  const { log, lines } = await startLog({ ...custom, sampleRate: 0 })
  const failed = { ...requestRecord().attempts[0]!, failure: 'connect-failed' }
  log({ target: '/good' }, { target: '/bad', status: 404 }, { target: '/retried', attempts: [failed] })
  expect(await lines()).toEqual(['404 /bad', '200 /retried'])

  const half = await startLog({ ...custom, sampleRate: 0.5 })
  for (let i = 0; i < 1000; i++) half.log({})
  const { length } = await half.lines()
  expect(length).toBeGreaterThan(300)
  expect(length).toBeLessThan(700)
})

test("nginx's lines are what the ConfigMap says, from the table on that says so", async () => {
  const { follow, log, lines } = await startLog({ format: 'nginx' })
  log({ target: '/1' })
  follow(liveWith({ format: knownFormat('{"$request_uri"}') }))
  log({ target: '/"' })
  follow(liveWith({ format: knownFormat('{"$request_uri"}'), escapesJson: true }))
  log({ target: '/"' })
  follow(liveWith({ escapesNothing: true }))
  log({ target: '/"' })
  const [first, ...others] = await lines()
  expect(first).toContain('"GET /1 HTTP/1.1" 200 5')
  expect(others.slice(0, 2)).toEqual(['{"/\\x22"}', '{"/\\""}'])
  expect(others[2]).toContain('"GET /" HTTP/1.1" 200 5')
})

test('the lines of other formats are not for the ConfigMap to change', async () => {
  const { follow, log, lines } = await startLog(custom)
  follow(liveWith({ format: knownFormat('other') }))
  log({})
  expect(await lines()).toEqual(['200 /cart?x=1'])
})

test('responses are kept only for a format that asks for their fields', async () => {
  const { proxy, follow, log, lines } = await startLog({ format: 'nginx' })
  expect(proxy.keepsSentHeads).toBe(false)
  follow(liveWith({ format: knownFormat('$sent_http_location') }))
  expect(proxy.keepsSentHeads).toBe(true)
  log({})
  expect(await lines()).toEqual(['-'])
})

test('says once that lines are lost, and counts them', async () => {
  const { proxy, reports, log, close } = await startLog({ ...custom, file: '/dev/full' })
  log({}, {})
  await close()
  expect(proxy.counters.logLinesDropped).toBe(2)
  expect(reports).toEqual([expect.stringMatching(/\/dev\/full loses lines: its disk is full/)])
})

test('drops lines when more wait than there may, and says so once', async () => {
  const { proxy, reports, log, lines } = await startLog(custom)
  const target = `/${'x'.repeat(100_000)}`
  for (let i = 0; i < 60; i++) log({ target })
  expect(proxy.counters.logLinesDropped).toBeGreaterThan(10)
  expect(reports).toHaveLength(1)
  expect(await lines()).toHaveLength(60 - proxy.counters.logLinesDropped)
})
