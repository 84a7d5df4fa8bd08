// Rules that the request decides between: `portico/match-headers`, `-methods` and `-query` beside rules for the same path,
// canaries under conditions, and variants that are chosen by their name.
import { expect, test } from 'vitest'
import { startEchoServices, whoServes } from '../support/echo-services.ts'
import { fetchFrom, type TestRequest } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { startProxy } from '../support/proxy.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

test('a request goes to the most specific rule it fits, else to the next less specific path', async () => {
  const { text } = await startEchoServices('main', 'blue', 'blue-debug', 'writes', 'canary', 'deep')
  const rule = (name: string, annotations: Record<string, string>, path = '/shop') =>
    ingressText({ name, annotations, rules: { 'foo.com': [`Prefix ${path} ${name}:80`] } })
  const proxy = await startProxy({
    files: {
      'rules.yaml': documents(
        rule('main', {}),
        rule('blue', { 'portico/match-headers': 'x-tenant=blue' }),
        rule('blue-debug', { 'portico/match-headers': 'x-tenant=blue', 'portico/match-query': 'debug' }),
        rule('writes', { 'portico/match-methods': 'POST, PUT' }),
        rule('deep', { 'portico/match-headers': 'x-tenant=~^gr(een|ay)$' }, '/shop/deep'),
        canaryText(
          {
            name: 'canary',
            rules: { 'foo.com': ['Prefix /shop canary:80'] },
            annotations: { 'portico/match-headers': 'X-Tenant="blue"' },
          },
          { 'by-header': 'x-canary' },
        ),
        text,
      ),
    },
  })
  expect(proxy.codes()).toEqual([])
  const ask = (path: string, request: Partial<TestRequest> = {}) =>
    whoServes({ port: proxy.httpPort, host: 'foo.com', path, ...request })
  const blue = { 'X-Tenant': 'blue' }
  expect(await ask('/shop')).toBe('main')
  expect(await ask('/shop', { headers: blue })).toBe('blue')
  expect(await ask('/shop?debug=1', { headers: blue })).toBe('blue-debug')
  expect(await ask('/shop', { method: 'POST', headers: blue })).toBe('writes')
  expect(await ask('/shop/deep', { headers: { 'x-tenant': 'gray' } })).toBe('deep')
  expect(await ask('/shop/deep', { headers: { 'x-tenant': 'grayish' } })).toBe('main')
  expect(await ask('/shop', { headers: { ...blue, 'x-canary': 'always' } })).toBe('canary')
  expect(await ask('/shop', { headers: { 'x-canary': 'always' } })).toBe('main')
  expect(await ask('/else')).toBe(404)
})

test('what is wrong with conditions is said, and takes nothing', async () => {
  const { text } = await startEchoServices('main', 'broken', 'twin')
  const onFoo = (name: string, annotations: Record<string, string>) =>
    ingressText({ name, annotations, rules: { 'foo.com': [`Prefix / ${name}:80`] } })
  const proxy = await startProxy({
    files: {
      'rules.yaml': documents(
        onFoo('main', { 'portico/match-headers': 'a, b' }),
        onFoo('broken', { 'portico/match-headers': 'a=~(' }),
        onFoo('twin', { 'portico/match-headers': 'B,A' }),
        canaryText({ name: 'lonely', rules: { 'foo.com': ['Prefix / twin:80'] } }, { weight: '100' }),
        text,
      ),
    },
  })
  expect(proxy.codes().sort()).toEqual(['annotation-value', 'canary-without-main', 'path-conflict'])
  expect(await whoServes({ port: proxy.httpPort, host: 'foo.com', headers: { a: '(', b: '' } })).toBe('main')
  expect(await whoServes({ port: proxy.httpPort, host: 'foo.com', headers: { a: '(' } })).toBe(404)
})

test('a guard under conditions holds where a backend reads the path otherwise', async () => {
  const { text } = await startEchoServices('open', 'closed')
  const proxy = await startProxy({
    files: {
      'rules.yaml': documents(
        ingressText({ name: 'open', rules: { 'foo.com': ['Prefix / open:80'] } }),
        ingressText({
          name: 'closed',
          annotations: { 'portico/match-headers': 'x-admin', [`${nginx}server-snippet`]: 'deny all;' },
          rules: { 'foo.com': ['Prefix /admin closed:80'] },
        }),
        text,
      ),
    },
  })
  const ask = async (path: string, headers: Record<string, string>) =>
    (await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path, headers })).status
  expect(await ask('/admin', { 'x-admin': '1' })).toBe(503)
  expect(await ask('/x/..;/admin', { 'x-admin': '1' })).toBe(400)
  expect(await ask('/admin', {})).toBe(200)
  expect(await ask('/x/..;/admin', {})).toBe(200)
})

test('a variant is taken when header or cookie say its name', async () => {
  const { text } = await startEchoServices('main', 'blue', 'green')
  const onFoo = (service: string, variant: string) => ({
    name: service,
    rules: { 'foo.com': [`Prefix / ${service}:80`] },
    annotations: { 'portico/variant': variant },
  })
  const settings = { 'by-header': 'X-Variant', 'by-cookie': 'variant' }
  const proxy = await startProxy({
    files: {
      'variants.yaml': documents(
        ingressText(onFoo('main', 'stable')),
        canaryText(onFoo('blue', 'v2'), { ...settings, weight: '100' }),
        canaryText(onFoo('green', 'v3'), settings),
        text,
        serviceText('unused'),
      ),
    },
  })
  expect(proxy.codes()).toEqual([])
  const ask = (headers: Record<string, string>) =>
    whoServes({ port: proxy.httpPort, host: 'foo.com', headers })
  expect(await ask({})).toBe('blue')
  expect(await ask({ 'X-Variant': 'stable' })).toBe('main')
  expect(await ask({ 'X-Variant': 'v3' })).toBe('green')
  expect(await ask({ Cookie: 'variant=v3' })).toBe('green')
  expect(await ask({ 'X-Variant': 'v2', Cookie: 'variant=v3' })).toBe('blue')
})
