// `portico explain`, by the manifests and as a running instance says.
import { expect, test } from 'vitest'
import type { Explanation } from '../../src/explain/explanation.ts'
import { startEchoBackend } from '../support/backend.ts'
import { expectDocumented } from '../support/explanation-schema.ts'
import { fetchFrom } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { manifestDirectory } from '../support/manifests.ts'
import { runPortico } from '../support/portico-process.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { runInProcess } from '../support/run-in-process.ts'

/** No test listens on port 1. */
const nobody = '127.0.0.1:1'
const rules = { 'shop.test': ['Prefix / web:80', 'Exact /exact web:80'] }

test('is a page from top to bottom, and ends with 1 for what reaches nobody', async () => {
  const { file } = await manifestDirectory({
    'shop.yaml': documents(
      ingressText({ name: 'shop', rules }),
      canaryText({ rules }, { 'by-header': 'x-canary' }),
      serviceText('web', { endpoints: ['127.0.0.1:3000', '127.0.0.1:3001'] }),
    ),
  })
  const shop = file('shop.yaml')
  const [found, lost] = await Promise.all([
    runPortico(['explain', 'POST', 'http://shop.test/cart', '-H', 'X-Canary: never', shop, '--repeat', '10']),
    runPortico(['explain', 'http://shop.tset/cart', shop]),
  ])
  expect(found.code).toBe(0)
  for (const title of ['Request', 'Host', 'Path', 'Backend', 'Sent', 'Shares', 'Outcome'])
    expect(found.stdout).toMatch(new RegExp(`^${title} `, 'm'))
  expect(found.stdout).toMatch(/✓ Prefix \/ .*shop\.yaml:\d+:\d+/)
  expect(found.stdout).toMatch(/50\.0 % +5 +default\/web:80 +127\.0\.0\.1:3001/)
  expect(found.stdout).toContain('POST /cart HTTP/1.1')
  expect(lost.code).toBe(1)
  expect(lost.stdout).toMatch(/^Near rules +shop\.test\/ /m)
})

async function ask(proxy: TestProxy, query: Record<string, string>): Promise<Explanation> {
  const response = await fetch(`http://${proxy.app.admin}/api/explain?${new URLSearchParams(query)}`)
  expect(response.status).toBe(200)
  const explanation = (await response.json()) as Explanation
  expectDocumented(explanation)
  return explanation
}

test('asks the running instance: its endpoints as they stand, its turns and limits left alone', async () => {
  const backend = await startEchoBackend('web')
  const annotations = {
    'nginx.ingress.kubernetes.io/limit-rps': '1',
    'nginx.ingress.kubernetes.io/limit-burst-multiplier': '3',
  }
  const proxy = await startProxy({
    files: {
      'shop.yaml': documents(
        ingressText({ name: 'shop', rules, annotations }),
        serviceText('web', { endpoints: [nobody, backend.address] }),
      ),
    },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  const url = 'http://shop.test/cart'
  const before = await ask(proxy, { url, repeat: '100' })
  expect(before.shares?.outcomes).toMatchObject([
    { times: 50, to: 'default/web:80' },
    { times: 50, to: 'default/web:80' },
  ])
  expect(before.upstream?.endpoints).toMatchObject([{ inFlight: 0 }, { inFlight: 0 }])
  expect(before.paths[0]).toMatchObject({ taken: true, ingress: 'default/shop' })

  // The first in turn refuses, and from then on is passed over; not one of the hundred counted against the limit.
  for (let i = 0; i < 2; i++) {
    const response = await fetchFrom({ port: proxy.httpPort, host: 'shop.test', path: '/cart' })
    expect(response.status).toBe(200)
  }
  const after = await ask(proxy, { url })
  expect(after.upstream?.endpoints).toMatchObject([
    { address: nobody, picked: false, leftOut: expect.stringContaining('passed over for its failures') },
    { address: backend.address, picked: true },
  ])

  const secure = await ask(proxy, { url: 'https://shop.test/cart' })
  expect(secure.certificate).toMatchObject({ handshake: 'ended here', certificate: 'local CA' })
  expect(secure.sent?.lines).toContain('X-Forwarded-Proto: https')

  const live = ['explain', url, '--live', proxy.app.admin!]
  const { code, stdout } = await runPortico([...live, '-H', 'X: y', '-o', 'json'])
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as Explanation).sent?.lines).toContain('X: y')
})

test('fields and cookies may hold commas', async () => {
  const { file } = await manifestDirectory({
    'shop.yaml': documents(
      ingressText({ name: 'shop', rules }),
      serviceText('web', { endpoints: ['127.0.0.1:3000'] }),
    ),
  })
  const question = ['http://shop.test/', '-H', 'Accept: text/html, */*;q=0.1', '-H', 'X: y', '-b', 'a=b,c']
  const { stdout } = await runInProcess(['explain', ...question, '-o', 'json', file('shop.yaml')])
  const lines = (JSON.parse(stdout) as Explanation).sent!.lines
  expect(lines).toEqual(expect.arrayContaining(['Accept: text/html, */*;q=0.1', 'X: y', 'Cookie: a=b,c']))
})

test('says that nobody answers, and what is wrong with a question', async () => {
  const { code, stderr } = await runPortico(['explain', 'http://a.test/', '--live', nobody])
  expect([code, stderr]).toEqual([2, expect.stringContaining('no running portico answers')])
  const proxy = await startProxy({ app: { admin: { host: '127.0.0.1', port: 0 } } })
  const statuses = ['', '?url=ftp://a', '?url=http://a/&header=x', '?url=http://a/&repeat=-1'].map(
    async query => (await fetch(`http://${proxy.app.admin}/api/explain${query}`)).status,
  )
  expect(await Promise.all(statuses)).toEqual([400, 400, 400, 400])
})
