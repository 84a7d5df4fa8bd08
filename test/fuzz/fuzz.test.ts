// A short run of what `npm run fuzz` does for ten minutes, over the whole proxy, and every case that was ever found.
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import requestCorpus from '../differential/corpus/requests.json' with { type: 'json' }
import responseCorpus from '../differential/corpus/responses.json' with { type: 'json' }
import { shrinkCase } from '../differential/shrink-case.ts'
import { findMiscount, fuzzRequests } from './fuzz-requests.ts'
import { startProxyUnderFuzz } from './proxy-under-fuzz.ts'
import { proxyTargets, type Target, type TargetCase } from './targets.ts'

const runsPerSeed = 150
const firstSeed = 20_261_121

async function tryAll(target: Target, cases: readonly TargetCase[]): Promise<void> {
  for (const tried of cases) expect(await target.findFault(tried), JSON.stringify(tried)).toBeUndefined()
}

async function tryRandom(target: Target): Promise<void> {
  for (const seed of [firstSeed, undefined]) {
    await fc.assert(
      fc.asyncProperty(target.cases, tried => tryAll(target, [tried])),
      { numRuns: runsPerSeed, ...(seed !== undefined && { seed }) },
    )
  }
}

test('gives every response to the connection that asked, whatever clients and backends send', {
  timeout: 60_000,
}, async () => {
  const proxy = await startProxyUnderFuzz()
  onTestFinished(() => proxy.close())
  const [requests, responses] = proxyTargets(proxy) as [Target, Target]

  await tryAll(requests, requestCorpus as TargetCase[])
  await tryAll(responses, responseCorpus as TargetCase[])
  await tryRandom(requests)
  await tryRandom(responses)

  expect(await findMiscount(proxy)).toBeUndefined()
})

test('notices a request that the backend got and the proxy did not own up to', async () => {
  const proxy = await startProxyUnderFuzz()
  onTestFinished(() => proxy.close())
  const direct = { ...proxy, port: proxy.backend.port }

  await fuzzRequests(
    direct,
    'GET / HTTP/1.1\r\nHost: a.test\r\nX-Real-IP: 127.0.0.1\r\n\r\n',
    'at-once',
    5_000,
  )

  expect(await findMiscount(proxy)).toMatch(/^forwarded 1, but the backend got 2$/)
})

test('shrinks a counterexample to the octets that matter', async () => {
  const find = async ({ text }: { text: string }) =>
    text.includes('\0') && text.includes('\xff') ? 'both: here' : undefined
  expect(await shrinkCase({ text: 'GET /\0 HTTP/1.1\r\nX: \xff\r\n\r\n' }, find)).toEqual({ text: '\0\xff' })
})
