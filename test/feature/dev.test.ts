// `--dev`: errors that teach, and the decision in response fields. Without it, nothing about the inside. The page in a browser
// is in browser.test.ts.
import { connect } from 'node:http2'
import { describe, expect, onTestFinished, test } from 'vitest'
import { closedPort, startEchoBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest, type TestResponse } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

interface Shop {
  readonly proxy: TestProxy
  readonly echo: TestBackend
  /** A port on which nothing listens. */
  readonly dead: number
  ask(path: string, more?: Partial<TestRequest>): Promise<TestResponse>
}

/** A host with rules of many kinds: with a canary, to a dead port, to no endpoints, for some addresses only, rewritten. */
async function startShop(dev: boolean): Promise<Shop> {
  const [echo, dead] = await Promise.all([startEchoBackend(), closedPort()])
  const rules = (...paths: string[]) => ({ 'shop.test': paths })
  const proxy = await startProxy({
    app: { dev },
    files: {
      'shop.yaml': documents(
        ingressText({ name: 'shop', rules: rules('Prefix /cart cart:80', 'Exact /about cart:80') }),
        canaryText(
          { rules: rules('Prefix /cart next:80', 'Prefix /dead next:80') },
          { 'by-header': 'x-next' },
        ),
        canaryText({ name: 'again', rules: rules('Prefix /cart next:80') }, { 'by-header': 'x-again' }),
        ingressText({ name: 'dead', rules: rules('Prefix /dead dead:80', 'Prefix /empty empty:80') }),
        ingressText({
          name: 'listed',
          annotations: nginx({ 'whitelist-source-range': '10.0.0.0/8' }),
          rules: rules('Prefix /listed cart:80'),
        }),
        ingressText({
          name: 'rewritten',
          annotations: nginx({ 'rewrite-target': '/v2/$1', 'use-regex': 'true' }),
          rules: rules('ImplementationSpecific /api/(.*) cart:80'),
        }),
        ingressText({
          name: 'sticky',
          annotations: nginx({ affinity: 'cookie', 'session-cookie-name': 'stay' }),
          rules: rules('Prefix /sticky dead:80'),
        }),
        serviceText('cart', { endpoints: [echo.address] }),
        serviceText('next', { endpoints: [echo.address] }),
        serviceText('dead', { endpoints: [`127.0.0.1:${dead}`] }),
        serviceText('empty'),
      ),
    },
  })
  return {
    proxy,
    echo,
    dead,
    ask: (path, more) => fetchFrom({ port: proxy.httpPort, host: 'shop.test', path, ...more }),
  }
}

const asking = { 'X-Portico-Explain': '1' }

/** Fields of the answer that explain it, by the rest of their names. */
function explained({ headers }: Pick<TestResponse, 'headers'>): Record<string, unknown> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-portico-'))
  return Object.fromEntries(own.map(([name, value]) => [name.slice('x-portico-'.length), value]))
}

describe('with --dev', () => {
  test('an error says who failed, by which rule, and what to do', async () => {
    const { ask, dead, proxy } = await startShop(true)
    const refused = await ask('/dead/x')
    expect(refused.status).toBe(502)
    expect(refused.body).toMatch(/^502 Bad Gateway\n/)
    expect(refused.body).toContain('shop.test/dead Prefix, Ingress default/dead')
    expect(refused.body).toMatch(/shop\.yaml:\d+:\d+/)
    expect(refused.body).toContain('default/dead:80')
    expect(refused.body).toContain(`Nothing listens on 127.0.0.1:${dead}: is your dev server running?`)
    expect(refused.body).toContain(`portico explain http://shop.test/dead/x ${proxy.manifests.path}`)

    // With the fields that the rule looks at, and no others.
    const told = await ask('/dead/x', { headers: { 'X-Next': "it's", 'X-Other': 'a' } })
    expect(told.body).toContain(
      `explain http://shop.test/dead/x -H 'x-next: it'\\''s' ${proxy.manifests.path}`,
    )

    const stays = await ask('/sticky', { headers: { Cookie: 'stay=7; session=secret' } })
    expect(stays.body).toContain(`/sticky --cookie stay=7 ${proxy.manifests.path}`)
    const tls = { insecure: true, servername: 'other.test' }
    const secure = await ask('/dead', { port: proxy.httpsPort, tls })
    expect(secure.body).toContain(`https://shop.test/dead --sni other.test ${proxy.manifests.path}`)
    const usual = await ask('/dead', { port: proxy.httpsPort, tls: { insecure: true } })
    expect(usual.body).toContain(`https://shop.test/dead ${proxy.manifests.path}`)

    expect((await ask('/empty')).body).toContain('--map default/empty=')

    const json = { Accept: 'application/json' }
    expect(JSON.parse((await ask('/listed', { headers: json })).body)).toMatchObject({
      status: 403,
      who: 'The policy accessLists answered in the place of the backend',
      rule: { ingress: 'default/listed', at: expect.stringMatching(/shop\.yaml:\d+:\d+$/) },
      policies: expect.arrayContaining(['whitelist-source-range']),
    })
  })

  test('a 404 names the nearest rules', async () => {
    const { ask } = await startShop(true)
    const nearest = async (path: string, host = 'shop.test') => {
      const { body } = await ask(path, { host, headers: { Accept: 'application/json' } })
      return JSON.parse(body).nearest.map(({ route, why }: Record<string, string>) => `${route}: ${why}`)
    }
    expect((await nearest('/crat'))[0]).toBe(
      'shop.test/cart Prefix: a path of this host that is spelt almost so',
    )
    expect((await nearest('/about/us'))[0]).toBe(
      'shop.test/about Exact: Exact takes this path only, nothing below it',
    )
    expect((await nearest('/cart', 'shpo.test'))[0]).toBe(
      'shop.test/cart Prefix: a host that is spelt almost so',
    )
    expect((await nearest('/cart', 'other.example'))[0]).toBe(
      'shop.test/cart Prefix: another host has this path',
    )
    expect((await ask('/nowhere')).body).toMatch(/^default backend - 404\n/)
  })

  test('a page holds what was asked as text only, allows nothing but itself, and stays small', async () => {
    const { ask } = await startShop(true)
    const headers = { Accept: 'text/html', 'X-Request-ID': '"><img src=x>' }
    const { body, headers: fields } = await ask(`/'&${'a'.repeat(5_000)}`, { headers })
    expect(body).not.toContain('<img')
    expect(body).toContain('&#39;&#38;aaa')
    expect(body.length).toBeLessThan(8_000)
    expect(fields['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/)
    expect(body).not.toMatch(/<[^>]*(?:src|href)=/)
    // Only what may come back by itself is looked for again.
    expect(body).not.toContain('id="refresh"')
    expect((await ask('/dead', { headers })).body).toContain('id="refresh"')
    expect((await ask('/dead', { headers, method: 'POST' })).body).not.toContain('id="refresh"')
  })

  test('X-Portico-Explain has every response say what was decided, and goes no further', async () => {
    const { ask, echo, dead, proxy } = await startShop(true)
    const served = await ask('/api/items?x=1', { headers: asking })
    expect(explained(served)).toEqual({
      route: 'shop.test/api/(.*) regex',
      ingress: 'default/rewritten',
      rule: expect.stringMatching(/shop\.yaml:\d+:\d+$/),
      service: 'default/cart:80',
      endpoint: echo.address,
      target: '/v2/items?x=1',
    })
    expect(served.echo().headers).not.toHaveProperty('x-portico-explain')

    const canary = await ask('/cart', { headers: { ...asking, 'X-Next': 'always' } })
    expect(explained(canary)).toMatchObject({
      ingress: 'default/canary',
      variant: 'canary',
      service: 'default/next:80',
    })
    // Of two with one Service.
    const again = await ask('/cart', { headers: { ...asking, 'X-Again': 'always' } })
    expect(explained(again)).toMatchObject({ ingress: 'default/again', service: 'default/next:80' })
    expect(explained(await ask('/dead', { headers: asking }))).toMatchObject({
      answered: 'connect-failed',
      failed: `127.0.0.1:${dead} connect-failed`,
    })
    expect(explained(await ask('/listed', { headers: asking }))).toMatchObject({
      policies: expect.stringContaining('whitelist-source-range'),
      answered: 'address',
      'answered-by': 'accessLists',
    })
    expect(explained(await ask('/nowhere', { headers: asking }))).toMatchObject({
      route: 'none',
      answered: 'no-route',
    })
    // Only who asks is told, and only 1 asks.
    expect(explained(await ask('/cart'))).toEqual({})
    const other = await ask('/cart', { headers: { 'X-Portico-Explain': '0' } })
    expect([explained(other), other.echo().headers['x-portico-explain']]).toEqual([{}, undefined])

    const session = connect(`http://127.0.0.1:${proxy.httpPort}`)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':authority': 'shop.test', ':path': '/cart', 'x-portico-explain': '1' })
    const headers = await new Promise<Record<string, string>>(resolve =>
      stream.on('response', fields => resolve(fields as Record<string, string>)),
    )
    expect(explained({ headers })).toMatchObject({ service: 'default/cart:80', endpoint: echo.address })
  })
})

test('without --dev nobody learns about the inside, and X-Portico-Explain is a field like any other', async () => {
  const { ask, dead } = await startShop(false)
  for (const path of ['/dead', '/empty', '/listed', '/nowhere']) {
    for (const Accept of ['text/html', 'application/json', '*/*']) {
      const { body, headers } = await ask(path, { headers: { ...asking, Accept } })
      expect(body.length).toBeLessThan(800)
      expect(body).not.toMatch(/default\/|shop\.yaml|127\.0\.0\.1|Ingress|Service "|portico explain|endpoint/)
      expect(body).not.toContain(String(dead))
      expect(explained({ headers })).toEqual({})
    }
  }
  const served = await ask('/cart', { headers: asking })
  expect(explained(served)).toEqual({})
  expect(served.echo().headers['x-portico-explain']).toBe('1')
})
