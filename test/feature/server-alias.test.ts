// More names for a host: server-alias, and from-to-www-redirect, which redirects the other form of a host to it (ledger §2, §6).
import { expect, test } from 'vitest'
import { selfSigned } from '../support/certificates.ts'
import { type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { documents, type IngressText, ingressText, secretText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

async function start(ingresses: readonly IngressText[], ...more: string[]): Promise<TestProxy> {
  const { text } = await startEchoServices('web', 'other', 'third')
  const texts = ingresses.map((input, index) =>
    ingressText({ name: `i${index}`, created: `2026-01-0${index + 1}T00:00:00Z`, ...input }),
  )
  return startProxy({ files: { 'all.yaml': documents(...texts, text, ...more) } })
}

const alias = (names: string) => nginx({ 'server-alias': names })
const www = nginx({ 'from-to-www-redirect': 'true' })

async function redirectOf(proxy: TestProxy, host: string, path = '/', more: Partial<TestRequest> = {}) {
  const response = await fetchFrom({ port: proxy.httpPort, host, path, ...more })
  return `${response.status} ${response.headers.location ?? ''}`.trim()
}

test('an alias leads to all rules of the host: by name, by wildcard, by regex', async () => {
  const proxy = await start([
    {
      annotations: alias('b.com, *.c.com, ~^api\\d+\\.d\\.com$, ~legacy'),
      rules: { 'a.com': ['Prefix / web:80'] },
    },
    { rules: { 'a.com': ['Prefix /other other:80'] } },
    { rules: { '': ['Prefix / third:80'] } },
  ])

  expect(proxy.codes()).toEqual([])
  const rows: ServedRow[] = [
    ['a.com', '/', 'web'],
    ['b.com', '/', 'web'],
    ['B.com:81', '/other/x', 'other'],
    ['x.c.com', '/', 'web'],
    ['x.y.c.com', '/', 'third'],
    ['api7.d.com', '/other', 'other'],
    ['api.d.com', '/', 'third'],
    ['my-LEGACY-host', '/', 'web'],
    ['nobody.com', '/', 'third'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('captures of a regex path come out the same under an alias', async () => {
  const annotations = nginx({ 'server-alias': 'b.com,~^x', 'rewrite-target': '/$1' })
  const proxy = await start([
    { annotations, rules: { 'a.com': ['ImplementationSpecific /api/(.*) web:80'] } },
  ])

  for (const host of ['a.com', 'b.com', 'x.com']) {
    const response = await fetchFrom({ port: proxy.httpPort, host, path: '/api/v1' })
    expect(response.echo().url).toBe('/v1')
  }
})

test('names come before regexes, and a host with rules keeps its name', async () => {
  const proxy = await start([
    { annotations: alias('b.com,~.*'), rules: { 'a.com': ['Prefix / web:80'] } },
    { rules: { 'b.com': ['Prefix / other:80'], '*.c.com': ['Prefix / other:80'] } },
  ])

  expect(proxy.codes()).toEqual(['alias-conflict'])
  const rows: ServedRow[] = [
    ['b.com', '/', 'other'],
    ['x.c.com', '/', 'other'],
    ['anything', '/', 'web'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('the first Ingress of a host decides, and the first host of an alias', async () => {
  const proxy = await start([
    { annotations: alias('one.com'), rules: { 'a.com': ['Prefix / web:80'], 'aa.com': ['Prefix / web:80'] } },
    { annotations: alias('two.com'), rules: { 'a.com': ['Prefix /x web:80'] } },
    { annotations: alias('one.com,three.com'), rules: { 'b.com': ['Prefix / other:80'] } },
  ])

  expect(proxy.codes()).toEqual(['alias-conflict', 'alias-conflict'])
  const rows: ServedRow[] = [
    ['one.com', '/', 'web'],
    ['two.com', '/', 404],
    ['three.com', '/', 'other'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('an alias that can not be read is reported', async () => {
  const proxy = await start([{ annotations: alias('~(a'), rules: { 'a.com': ['Prefix / web:80'] } }])

  expect(proxy.codes()).toEqual(['annotation-value'])
  const rows: ServedRow[] = [['a.com', '/', 'web']]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('plain requests for an alias go to https where its certificate covers it, and that one is shown', async () => {
  const pair = await selfSigned('a.com', 'b.com')
  const proxy = await start(
    [
      {
        annotations: alias('b.com,uncovered.com'),
        rules: { 'a.com': ['Prefix / web:80'] },
        tls: [{ hosts: ['a.com'], secretName: 'pair' }],
      },
    ],
    secretText('pair', pair),
  )

  expect(proxy.codes()).toEqual(['alias-not-covered'])
  expect(await redirectOf(proxy, 'b.com', '/x')).toBe(`308 https://b.com:${proxy.httpsPort}/x`)
  expect(await redirectOf(proxy, 'uncovered.com', '/x')).toBe('200')
  const https = { port: proxy.httpsPort, host: 'b.com', tls: { ca: pair.certPem } }
  expect((await fetchFrom(https)).echo().backend).toBe('web')
})

test('aliases come and go with their Ingress', async () => {
  const { text } = await startEchoServices('web')
  const withAlias = (name: string) =>
    documents(ingressText({ annotations: alias(name), rules: { 'a.com': ['Prefix / web:80'] } }), text)
  const proxy = await startProxy({ files: { 'all.yaml': withAlias('b.com') } })
  const applied = proxy.nextChange()
  await proxy.manifests.replace('all.yaml', withAlias('c.com'))
  await applied

  const rows: ServedRow[] = [
    ['b.com', '/', 404],
    ['c.com', '/', 'web'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('from-to-www-redirect sends the other form of the host to the one with rules', async () => {
  const proxy = await start([
    { annotations: www, rules: { 'foo.com': ['Prefix /x web:80'], 'www.bar.com': ['Prefix / web:80'] } },
    { rules: { 'foo.com': ['Prefix /other other:80'] } },
  ])

  expect(proxy.codes()).toEqual([])
  expect(await redirectOf(proxy, 'www.foo.com', '/any/?a=b')).toBe('308 http://foo.com/any/?a=b')
  expect(await redirectOf(proxy, `www.foo.com:${proxy.httpPort}`, '/x/')).toBe(
    `308 http://foo.com:${proxy.httpPort}/x`,
  )
  expect(await redirectOf(proxy, 'bar.com')).toBe('308 http://www.bar.com')
  const rows: ServedRow[] = [
    ['foo.com', '/x', 'web'],
    ['foo.com', '/other', 'other'],
    ['www.bar.com', '/', 'web'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('from-to-www-redirect works over https, where the certificate covers both forms', async () => {
  const pair = await selfSigned('foo.com', 'www.foo.com')
  const tls = [{ hosts: ['foo.com'], secretName: 'pair' }]
  const proxy = await start(
    [{ annotations: www, rules: { 'foo.com': ['Prefix / web:80'] }, tls }],
    secretText('pair', pair),
  )
  const https = { port: proxy.httpsPort, tls: { ca: pair.certPem } }

  expect(proxy.codes()).toEqual([])
  expect(await redirectOf(proxy, 'www.foo.com', '/x', https)).toBe('308 https://foo.com/x')
  // Over http the host is changed first, the scheme by the next redirect.
  expect(await redirectOf(proxy, 'www.foo.com', '/x')).toBe('308 http://foo.com/x')
})

test('from-to-www-redirect does nothing to a host with rules, nor for wildcards, and says so', async () => {
  const proxy = await start([
    { annotations: www, rules: { 'foo.com': ['Prefix / web:80'], '*.a.com': ['Prefix / web:80'] } },
    { rules: { 'www.foo.com': ['Prefix / other:80'] } },
  ])

  expect(proxy.codes()).toEqual(['www-redirect-unused', 'www-redirect-unused'])
  const rows: ServedRow[] = [
    ['foo.com', '/', 'web'],
    ['www.foo.com', '/', 'other'],
    ['www.a.com', '/', 'web'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a form of the host that no certificate covers is reported', async () => {
  const pair = await selfSigned('foo.com')
  const tls = [{ hosts: ['foo.com'], secretName: 'pair' }]
  const ingress = { annotations: www, rules: { 'foo.com': ['Prefix / web:80'] }, tls }
  const proxy = await start([ingress], secretText('pair', pair))

  expect(proxy.codes()).toEqual(['alias-not-covered'])
  const https = { port: proxy.httpsPort, tls: { insecure: true } }
  expect(await redirectOf(proxy, 'www.foo.com', '/x', https)).toBe('308 https://foo.com/x')
})
