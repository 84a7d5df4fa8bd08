// Proxies in front of Portico: whose word about the client counts, and what backends and redirects make of it.
import { describe, expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { configMapText, documents } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

async function serve(
  data: Record<string, string>,
  annotations: Record<string, string> = {},
): Promise<TestProxy> {
  const backend = await startEchoBackend()
  return startProxy({
    files: {
      'a.yaml': documents(
        serving('foo.com', backend.address, { annotations }),
        configMapText('config', data),
      ),
    },
    compile: { configMap: { namespace: 'default', name: 'config' } },
  })
}

/** What the backend is told of the client; names without `x-`. */
async function told(proxy: TestProxy, headers: Record<string, string>): Promise<Record<string, string>> {
  const answer = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', headers })
  const names = [
    'x-real-ip',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-proto',
    'host',
  ]
  const all = answer.echo().headers
  return Object.fromEntries(names.map(name => [name.replace('x-', ''), all[name]!]))
}

const claims = {
  'X-Forwarded-For': '203.0.113.9, 198.51.100.1, 10.0.0.5',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Port': '8443',
  'X-Forwarded-Host': 'shop.example.com:8443, other.com',
}

test('nobody is believed without a word of the ConfigMap', async () => {
  const proxy = await serve({})
  expect(await told(proxy, claims)).toEqual({
    'real-ip': '127.0.0.1',
    'forwarded-for': '127.0.0.1',
    'forwarded-host': 'foo.com',
    'forwarded-port': String(proxy.httpPort),
    'forwarded-proto': 'http',
    host: 'foo.com',
  })
})

describe('use-forwarded-headers', () => {
  test('without networks believes loopback peers alone: the last address that is none of theirs is the client', async () => {
    const proxy = await serve({ 'use-forwarded-headers': 'true' })
    expect(proxy.codes()).toEqual([])
    expect(await told(proxy, claims)).toEqual({
      'real-ip': '10.0.0.5',
      'forwarded-for': '10.0.0.5',
      'forwarded-host': 'shop.example.com:8443',
      'forwarded-port': '8443',
      'forwarded-proto': 'https',
      host: 'shop.example.com:8443',
    })
  })

  test('follows the list through networks that are trusted, and no further than what can be read', async () => {
    const proxy = await serve({
      'use-forwarded-headers': 'true',
      'proxy-real-ip-cidr': '127.0.0.0/8, 10.0.0.0/8, 198.51.100.0/24, 2001:db8::/32',
    })
    const rows: [string, string][] = [
      ['203.0.113.9, 198.51.100.1, 10.0.0.5', '203.0.113.9'],
      ['1.2.3.4, 203.0.113.9:4711, [2001:DB8::1]:443', '203.0.113.9'],
      ['10.0.0.1, 10.0.0.2', '10.0.0.1'],
      ['203.0.113.9, unknown, 10.0.0.5', '10.0.0.5'],
      ['nonsense', '127.0.0.1'],
      ['', '127.0.0.1'],
      ['203.0.113.9,', '127.0.0.1'],
      ['::ffff:203.0.113.9', '203.0.113.9'],
    ]
    for (const [list, client] of rows) {
      expect([list, (await told(proxy, { 'X-Forwarded-For': list }))['real-ip']]).toEqual([list, client])
    }
  })

  test('believes no peer that is outside of the networks', async () => {
    const proxy = await serve({ 'use-forwarded-headers': 'true', 'proxy-real-ip-cidr': '10.0.0.0/8' })
    expect(await told(proxy, claims)).toMatchObject({
      'real-ip': '127.0.0.1',
      'forwarded-proto': 'http',
      'forwarded-port': String(proxy.httpPort),
      host: 'foo.com',
    })
  })

  test('leaves what a trusted proxy says badly, and keeps it out of headers', async () => {
    const proxy = await serve({ 'use-forwarded-headers': 'true' })
    const broken = {
      'X-Forwarded-Proto': 'gopher',
      'X-Forwarded-Port': '99999',
      'X-Forwarded-Host': 'a b.com',
    }
    expect(await told(proxy, broken)).toMatchObject({
      'forwarded-proto': 'http',
      'forwarded-port': String(proxy.httpPort),
      'forwarded-host': 'foo.com',
      host: 'foo.com',
    })
  })

  test('with compute-full-forwarded-for sends the whole list and the peer on; the original list is always told', async () => {
    const proxy = await serve({ 'use-forwarded-headers': 'true', 'compute-full-forwarded-for': 'true' })
    const answer = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', headers: claims })
    const { headers } = answer.echo()
    expect(headers['x-forwarded-for']).toBe(`${claims['X-Forwarded-For']}, 127.0.0.1`)
    expect(headers['x-real-ip']).toBe('10.0.0.5')
    expect(headers['x-original-forwarded-for']).toBe(claims['X-Forwarded-For'])
    expect(headers['x-original-forwarded-host']).toBe(claims['X-Forwarded-Host'])
  })

  test('takes names of its own for the two headers', async () => {
    const proxy = await serve({
      'use-forwarded-headers': 'true',
      'forwarded-for-header': 'CF-Connecting-IP',
      'forwarded-host-header': 'X-Host',
    })
    const headers = { ...claims, 'CF-Connecting-IP': '203.0.113.77', 'X-Host': 'cdn.com' }
    expect(await told(proxy, headers)).toMatchObject({ 'real-ip': '203.0.113.77', host: 'cdn.com' })
  })

  test('decides redirects to HTTPS and address lists', async () => {
    const proxy = await serve(
      { 'use-forwarded-headers': 'true' },
      nginx({ 'force-ssl-redirect': 'true', 'whitelist-source-range': '203.0.113.0/24' }),
    )
    const ask = (headers: Record<string, string>) =>
      fetchFrom({ port: proxy.httpPort, host: 'foo.com', headers })
    const redirect = await ask({ 'X-Forwarded-Host': 'shop.example.com:8443' })
    expect([redirect.status, redirect.headers.location]).toEqual([308, 'https://shop.example.com'])
    const https = { 'X-Forwarded-Proto': 'https' }
    expect((await ask({ ...https, 'X-Forwarded-For': '203.0.113.1' })).status).toBe(200)
    expect((await ask({ ...https, 'X-Forwarded-For': '203.0.113.1, 10.0.0.1' })).status).toBe(403)
    expect((await ask(https)).status).toBe(403)
  })
})

test('enable-real-ip takes the address and nothing else', async () => {
  const proxy = await serve({ 'enable-real-ip': 'true' })
  expect(await told(proxy, claims)).toEqual({
    'real-ip': '10.0.0.5',
    'forwarded-for': '10.0.0.5',
    'forwarded-host': 'foo.com',
    'forwarded-port': String(proxy.httpPort),
    'forwarded-proto': 'http',
    host: 'foo.com',
  })
})

test('networks that can not be read leave loopback peers alone believed', async () => {
  const proxy = await serve({ 'use-forwarded-headers': 'true', 'proxy-real-ip-cidr': '0.0.0.0/0, nonsense' })
  expect(proxy.codes()).toHaveLength(1)
  expect((await told(proxy, claims))['real-ip']).toBe('10.0.0.5')
})

test('generate-request-id "false" gives no number to requests without one', async () => {
  const proxy = await serve({ 'generate-request-id': 'false' })
  const idOf = async (headers: Record<string, string>) =>
    (await fetchFrom({ port: proxy.httpPort, host: 'foo.com', headers })).echo().headers['x-request-id']
  expect(await idOf({})).toBeUndefined()
  expect(await idOf({ 'X-Request-ID': 'mine' })).toBe('mine')
})
