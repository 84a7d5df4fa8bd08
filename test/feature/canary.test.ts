// When a request goes to a canary: ingress-nginx's rules (header, then cookie, then weight), for any number of canaries on
// one rule.
import { Agent } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startEchoServices, whoServes } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

type Settings = Readonly<Record<string, string>>
type Headers = Record<string, string>

const onFoo = (service: string) => ({ rules: { 'foo.com': [`Prefix / ${service}:80`] } })

/** foo.com is served by `main`; each canary has the Service of its own name. Oldest first. */
async function startCanaries(canaries: Readonly<Record<string, Settings>>): Promise<TestProxy> {
  const { text } = await startEchoServices('main', ...Object.keys(canaries))
  const ingresses = Object.entries(canaries).map(([name, settings]) =>
    canaryText({ name, ...onFoo(name) }, settings),
  )
  const main = ingressText({ name: 'main', ...onFoo('main') })
  return startProxy({ files: { 'canaries.yaml': documents(main, ...ingresses, text) } })
}

function ask(proxy: TestProxy, headers: Headers = {}): Promise<string | number> {
  return whoServes({ port: proxy.httpPort, host: 'foo.com', headers })
}

/** How often each backend answered. */
async function countServed(proxy: TestProxy, requests: number): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  onTestFinished(() => agent.destroy())
  const served = await Promise.all(
    Array.from({ length: requests }, () => whoServes({ port: proxy.httpPort, host: 'foo.com', agent })),
  )
  return Object.fromEntries(
    Map.groupBy(served, String)
      .entries()
      .map(([name, list]) => [name, list.length]),
  )
}

/** One row: what the canary says, what the request says, who serves it. */
type Row = readonly [settings: Settings, headers: Headers, served: 'main' | 'canary']

async function expectRows(rows: readonly Row[]): Promise<void> {
  const { text } = await startEchoServices('main', 'canary')
  const ingresses = rows.map(([settings], index) => {
    const rules = (service: string) => ({ [`row-${index}.com`]: [`Prefix / ${service}:80`] })
    return documents(
      ingressText({ name: `main-${index}`, rules: rules('main') }),
      canaryText({ name: `canary-${index}`, rules: rules('canary') }, settings),
    )
  })
  const proxy = await startProxy({ files: { 'rows.yaml': documents(...ingresses, text) } })
  const real = await Promise.all(
    rows.map(async ([settings, headers], index) => [
      settings,
      headers,
      await whoServes({ port: proxy.httpPort, host: `row-${index}.com`, headers }),
    ]),
  )
  expect(real).toEqual(rows)
}

test('by header: always takes the canary, never does not, anything else asks the next rule', async () => {
  const header = { 'by-header': 'test' }
  const rest = { 'by-header': 'test', weight: '100' }
  await expectRows([
    [header, {}, 'main'],
    [header, { test: 'always' }, 'canary'],
    [header, { TEST: 'always' }, 'canary'],
    [header, { test: 'never' }, 'main'],
    [header, { test: 'Always' }, 'main'],
    [header, { test: 'other' }, 'main'],
    [header, { other: 'always' }, 'main'],
    [rest, {}, 'canary'],
    [rest, { test: 'never' }, 'main'],
    [rest, { test: 'other' }, 'canary'],
  ])
})

test('by header value: that value takes the canary; always and never lose their meaning', async () => {
  const value = { 'by-header': 'test', 'by-header-value': 'beta' }
  await expectRows([
    [value, { test: 'beta' }, 'canary'],
    [value, { test: 'Beta' }, 'main'],
    [value, { test: 'beta2' }, 'main'],
    [value, { test: 'always' }, 'main'],
    [{ ...value, weight: '100' }, { test: 'never' }, 'canary'],
    [{ ...value, weight: '100' }, { test: 'other' }, 'canary'],
  ])
})

test('by header pattern: found anywhere and case-sensitively; beside a value it has no effect', async () => {
  const pattern = { 'by-header': 'test', 'by-header-pattern': 'b[aeiou]ta' }
  await expectRows([
    [pattern, { test: 'beta' }, 'canary'],
    [pattern, { test: 'the bita version' }, 'canary'],
    [pattern, { test: 'BETA' }, 'main'],
    [pattern, { test: 'always' }, 'main'],
    [{ ...pattern, weight: '100' }, { test: 'never' }, 'canary'],
    [{ ...pattern, 'by-header-value': 'gamma' }, { test: 'beta' }, 'main'],
    [{ ...pattern, 'by-header-value': 'gamma' }, { test: 'gamma' }, 'canary'],
  ])
})

test('by cookie: always takes the canary, never does not, anything else asks the next rule', async () => {
  const cookie = { 'by-cookie': 'like_music' }
  const rest = { ...cookie, weight: '100' }
  await expectRows([
    [cookie, {}, 'main'],
    [cookie, { Cookie: 'like_music=always' }, 'canary'],
    [cookie, { Cookie: 'a=b; like_music=always; c=d' }, 'canary'],
    [cookie, { Cookie: 'dislike_music=always; like_musical=always' }, 'main'],
    [cookie, { Cookie: 'like_music=never' }, 'main'],
    [cookie, { Cookie: 'like_music=sometimes' }, 'main'],
    [cookie, { Cookie: 'LIKE_MUSIC=always' }, 'main'],
    [rest, { Cookie: 'like_music=never' }, 'main'],
    [rest, { Cookie: 'like_music=sometimes' }, 'canary'],
  ])
})

test('the header is asked before the cookie, the cookie before the weight', async () => {
  const all = { 'by-header': 'test', 'by-cookie': 'like_music' }
  const never = { Cookie: 'like_music=never' }
  const always = { Cookie: 'like_music=always' }
  await expectRows([
    [{ ...all, weight: '100' }, { test: 'never', ...always }, 'main'],
    [{ ...all, weight: '0' }, { test: 'always', ...never }, 'canary'],
    [{ ...all, weight: '100' }, { test: 'other', ...never }, 'main'],
    [{ ...all, weight: '0' }, { test: 'other', ...always }, 'canary'],
    [{ ...all, weight: '100' }, { test: 'other', Cookie: 'like_music=other' }, 'canary'],
    [{ ...all, weight: '0' }, { test: 'other', Cookie: 'like_music=other' }, 'main'],
  ])
})

test('a header is found by its name with - for _; names with _ do not get in', async () => {
  await expectRows([
    [{ 'by-header': 'X_Try_Canary' }, { 'X-Try-Canary': 'always' }, 'canary'],
    [{ 'by-header': 'X-Try-Canary' }, { 'x-try-canary': 'always' }, 'canary'],
    [{ 'by-header': 'X-Try-Canary' }, { X_Try_Canary: 'always' }, 'main'],
  ])
})

test('weights of nothing, everything, and everything of another total', async () => {
  const headers = {}
  await expectRows([
    [{}, headers, 'main'],
    [{ weight: '0' }, headers, 'main'],
    [{ weight: '100' }, headers, 'canary'],
    [{ weight: '1000', 'weight-total': '1000' }, headers, 'canary'],
    [{ weight: '0', 'weight-total': '1000' }, headers, 'main'],
  ])
})

test('a weight sends its share of the requests to the canary', async () => {
  const proxy = await startCanaries({ canary: { weight: '300', 'weight-total': '1000' } })

  const served = await countServed(proxy, 1000)

  // Seven standard deviations to either side of 300.
  expect(served.canary).toBeGreaterThan(200)
  expect(served.canary).toBeLessThan(400)
  expect(served.main).toBe(1000 - served.canary!)
})

test('a weight above the total is cut and reported', async () => {
  const proxy = await startCanaries({ canary: { weight: '150' } })

  expect(proxy.codes()).toEqual(['canary-weight-surplus'])
  expect(await countServed(proxy, 50)).toEqual({ canary: 50 })
})

test('values that can not be read are reported and decide nothing', async () => {
  const proxy = await startCanaries({
    'bad-weight': { weight: 'many' },
    'bad-pattern': { 'by-header': 'one', 'by-header-pattern': '(' },
    'look-around': { 'by-header': 'two', 'by-header-pattern': 'a(?=b)' },
    'small-total': { weight: '0', 'weight-total': '50' },
  })

  expect(proxy.codes()).toEqual([
    'annotation-value',
    'annotation-value',
    'annotation-value',
    'annotation-value',
  ])
  expect(await ask(proxy)).toBe('main')
  expect(await ask(proxy, { one: 'always', two: 'always' })).toBe('main')
})

test('several canaries of one rule are told apart; the oldest is asked first', async () => {
  const proxy = await startCanaries({
    one: { 'by-header': 'try-one' },
    two: { 'by-header': 'try-two' },
    three: { 'by-cookie': 'three' },
  })
  const rows: [Headers, string][] = [
    [{}, 'main'],
    [{ 'try-one': 'always' }, 'one'],
    [{ 'try-two': 'always' }, 'two'],
    [{ 'try-one': 'always', 'try-two': 'always' }, 'one'],
    [{ 'try-one': 'never', 'try-two': 'always' }, 'two'],
    [{ 'try-one': 'never', Cookie: 'three=always' }, 'three'],
    [{ 'try-two': 'always', Cookie: 'three=always' }, 'two'],
  ]

  const real = await Promise.all(rows.map(async ([headers]) => [headers, await ask(proxy, headers)]))
  expect(real).toEqual(rows)
})

test('header rules of all canaries come before cookie rules of any', async () => {
  const proxy = await startCanaries({ one: { 'by-cookie': 'one' }, two: { 'by-header': 'try-two' } })

  expect(await ask(proxy, { Cookie: 'one=always', 'try-two': 'always' })).toBe('two')
})

test('never takes only its own canary out; the slices of the others stay what they are', async () => {
  const proxy = await startCanaries({ one: { 'by-header': 'try-one' }, two: { weight: '100' } })

  expect(await ask(proxy, { 'try-one': 'never' })).toBe('two')
})

test('weights of several canaries adjoin; what exceeds the total is cut and reported', async () => {
  const whole = await startCanaries({ one: { weight: '40' }, two: { weight: '60' } })
  expect(whole.codes()).toEqual([])
  const served = await countServed(whole, 300)
  expect(served.main).toBeUndefined()
  expect(served.one).toBeGreaterThan(60)
  expect(served.two).toBeGreaterThan(100)

  const surplus = await startCanaries({ one: { weight: '100' }, two: { weight: '10' } })
  expect(surplus.codes()).toEqual(['canary-weight-surplus'])
  expect(await countServed(surplus, 50)).toEqual({ one: 50 })
})

test('a canary without a main rule serves nothing and is reported', async () => {
  const { text } = await startEchoServices('main', 'canary')
  const proxy = await startProxy({
    files: {
      'services.yaml': text,
      'main.yaml': ingressText({ name: 'main', ...onFoo('main') }),
      'canary.yaml': canaryText(
        {
          rules: {
            'alone.com': ['Prefix / canary:80'],
            'foo.com': ['Exact / canary:80', 'Prefix /other canary:80'],
          },
          tls: [{ hosts: ['foo.com', 'alone.com'] }],
        },
        { weight: '100' },
      ),
    },
  })

  expect(proxy.codes()).toEqual([
    'tls-unused',
    'canary-without-main',
    'canary-without-main',
    'canary-without-main',
  ])
  expect(await whoServes({ port: proxy.httpPort, host: 'alone.com' })).toBe(404)
  expect(await ask(proxy)).toBe('main')
  expect(await whoServes({ port: proxy.httpPort, host: 'foo.com', path: '/other' })).toBe('main')
})

test('a canary that is read and created before its main serves the same', async () => {
  const { text } = await startEchoServices('main', 'canary')
  const proxy = await startProxy({
    files: {
      'a.yaml': canaryText({ ...onFoo('canary'), created: '2026-01-01T00:00:00Z' }, { 'by-header': 'test' }),
      'b.yaml': ingressText({ name: 'main', ...onFoo('main'), created: '2026-02-01T00:00:00Z' }),
      'services.yaml': text,
    },
  })

  expect(proxy.codes()).toEqual([])
  expect(await ask(proxy, { test: 'always' })).toBe('canary')
  expect(await ask(proxy)).toBe('main')
})

test('a canary whose Service has no endpoints leaves requests on main', async () => {
  const { text } = await startEchoServices('main')
  const proxy = await startProxy({
    files: {
      'main.yaml': documents(ingressText({ name: 'main', ...onFoo('main') }), text),
      'empty.yaml': documents(
        canaryText({ name: 'empty', ...onFoo('empty') }, { 'by-header': 'empty', weight: '50' }),
        serviceText('empty'),
      ),
      'missing.yaml': canaryText(
        { name: 'missing', ...onFoo('missing') },
        { 'by-header': 'missing', 'by-cookie': 'missing', weight: '50' },
      ),
    },
  })

  expect(proxy.codes()).toEqual(['endpoints-missing', 'backend-service-missing'])
  expect(await ask(proxy)).toBe('main')
  expect(await ask(proxy, { empty: 'always' })).toBe('main')
  expect(await ask(proxy, { missing: 'always', Cookie: 'missing=always' })).toBe('main')
})

test('a canary whose Service has no endpoints lets the next canary take the request', async () => {
  const { text } = await startEchoServices('main', 'live')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ name: 'main', ...onFoo('main') }),
        canaryText({ name: 'empty', ...onFoo('empty') }, { 'by-header': 'test' }),
        canaryText({ name: 'live', ...onFoo('live') }, { 'by-header': 'test' }),
        serviceText('empty'),
        text,
      ),
    },
  })

  expect(await ask(proxy, { test: 'always' })).toBe('live')
})

test('a main rule without endpoints answers 503, also to requests that ask for the canary', async () => {
  const { text } = await startEchoServices('canary')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ name: 'main', ...onFoo('main') }),
        serviceText('main'),
        canaryText(onFoo('canary'), { 'by-header': 'test' }),
        text,
      ),
    },
  })

  expect(await ask(proxy, { test: 'always' })).toBe(503)
  expect(await ask(proxy)).toBe(503)
})

test('what main says about its route holds for the canary; what the canary says has no effect', async () => {
  const { text } = await startEchoServices('main', 'canary')
  const rule = (service: string) => ({
    rules: { 'foo.com': [`ImplementationSpecific /app/(.*) ${service}:80`] },
  })
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({
          name: 'main',
          ...rule('main'),
          annotations: {
            'nginx.ingress.kubernetes.io/rewrite-target': '/$1',
            'nginx.ingress.kubernetes.io/proxy-body-size': '10',
          },
        }),
        canaryText(
          {
            ...rule('canary'),
            annotations: {
              'nginx.ingress.kubernetes.io/rewrite-target': '/wrong',
              'nginx.ingress.kubernetes.io/proxy-body-size': '1m',
              'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true',
            },
          },
          { 'by-header': 'test' },
        ),
        text,
      ),
    },
  })
  const request = { port: proxy.httpPort, host: 'foo.com', path: '/app/x', headers: { test: 'always' } }

  expect(proxy.codes()).toEqual([
    'canary-annotation-ignored',
    'canary-annotation-ignored',
    'canary-annotation-ignored',
  ])
  expect((await fetchFrom(request)).echo()).toMatchObject({ backend: 'canary', url: '/x' })
  expect((await fetchFrom({ ...request, method: 'POST', body: 'eleven octets' })).status).toBe(413)
})

test('a canary of the default backend takes requests that nothing claims', async () => {
  const { text } = await startEchoServices('main', 'canary')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ name: 'main', defaultBackend: 'main:80' }),
        canaryText({ defaultBackend: 'canary:80' }, { 'by-header': 'test' }),
        text,
      ),
    },
  })

  expect(proxy.codes()).toEqual([])
  expect(await ask(proxy, { test: 'always' })).toBe('canary')
  expect(await ask(proxy)).toBe('main')
})

test('a canary of the same backend is left out; canary settings without canary: "true" make no canary', async () => {
  const { text } = await startEchoServices('main', 'other')
  const weight = { 'nginx.ingress.kubernetes.io/canary-weight': '100' }
  const proxy = await startProxy({
    files: {
      'a.yaml': documents(
        ingressText({ name: 'main', ...onFoo('main') }),
        canaryText({ name: 'same', ...onFoo('main') }, { weight: '100' }),
        ingressText({ name: 'no-canary', rules: { 'bar.com': ['Prefix / other:80'] }, annotations: weight }),
      ),
      'services.yaml': text,
    },
  })

  expect(proxy.codes()).toEqual(['canary-same-backend', 'canary-not-enabled'])
  expect(await ask(proxy)).toBe('main')
  expect(await whoServes({ port: proxy.httpPort, host: 'bar.com' })).toBe('other')
})
