// Clients that stay with an endpoint by a cookie: what the cookie says, who gets one, where it leads, and what canaries
// make of it (ingress-nginx: affinity, session-cookie-*).
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { closedPort, startEchoBackend } from '../support/backend.ts'
import { startEchoServices } from '../support/echo-services.ts'
import { fetchFrom, type TestRequest, type TestResponse } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const sticky = (settings: Readonly<Record<string, string>> = {}) => nginx({ affinity: 'cookie', ...settings })

function ask(proxy: TestProxy, request: Partial<TestRequest> = {}): Promise<TestResponse> {
  return fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })
}

/** The attributes of the only cookie a response sets; its value without. */
function cookieOf(response: TestResponse): { readonly pair: string; readonly attributes: readonly string[] } {
  const cookies = response.headers['set-cookie'] ?? []
  expect(cookies).toHaveLength(1)
  const [pair, ...attributes] = cookies[0]!.split('; ')
  return { pair: pair!, attributes }
}

const marks = { web: '6cde5721ec2c7e2bce07cff7d0e4ac37' }

async function startThree(
  annotations: Record<string, string>,
  paths = ['Prefix / web:80'],
): Promise<TestProxy> {
  const backends = await Promise.all(['one', 'two', 'three'].map(name => startEchoBackend(name)))
  const service = serviceText('web', { endpoints: backends.map(({ address }) => address) })
  const ingress = ingressText({ annotations, rules: { 'a.test': paths } })
  const other = ingressText({ name: 'other', rules: { 'a.test': ['Prefix /other web:80'] } })
  return startProxy({ files: { 'web.yaml': documents(ingress, other, service) } })
}

test.each(['balanced', 'persistent'])('%s: a client stays where its first request went', async mode => {
  const proxy = await startThree(sticky({ 'affinity-mode': mode }), [
    'Prefix / web:80',
    'Prefix /cart web:80',
  ])
  const served = new Set<string>()
  for (let client = 0; client < 12; client++) {
    const first = await ask(proxy)
    const { pair, attributes } = cookieOf(first)
    expect(pair).toMatch(new RegExp(`^INGRESSCOOKIE=[0-9a-f.]+\\|${marks.web}$`))
    expect(attributes).toEqual(['Path=/', 'HttpOnly'])
    served.add(first.echo().backend)
    for (let i = 0; i < 4; i++) {
      const next = await ask(proxy, { headers: { Cookie: `a=b; ${pair}` } })
      expect(next.echo().backend).toBe(first.echo().backend)
      expect(next.headers['set-cookie']).toBeUndefined()
    }
  }
  expect(served.size).toBeGreaterThan(1)
  expect(cookieOf(await ask(proxy, { path: '/cart/1' })).attributes).toEqual(['Path=/cart', 'HttpOnly'])
  // Another Ingress with the same backend did not ask for it.
  expect((await ask(proxy, { path: '/other' })).headers['set-cookie']).toBeUndefined()
})

test('the cookie looks as the annotations say', async () => {
  const proxy = await startThree(
    sticky({
      'session-cookie-name': 'STICKY',
      'session-cookie-path': '/all',
      'session-cookie-domain': 'a.test',
      'session-cookie-expires': '3600',
      'session-cookie-max-age': '-1',
      'session-cookie-samesite': 'none',
      'session-cookie-conditional-samesite-none': 'true',
      'session-cookie-secure': 'true',
    }),
  )
  const { pair, attributes } = cookieOf(await ask(proxy))
  expect(pair).toMatch(/^STICKY=/)
  expect(attributes).toEqual([
    expect.stringMatching(/^Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/),
    'Max-Age=-1',
    'Domain=a.test',
    'Path=/all',
    'Secure',
    'HttpOnly',
    'SameSite=None',
  ])
  const old = { 'User-Agent': 'Mozilla/5.0 Chrome/64.0.1 Safari/537.36' }
  expect(cookieOf(await ask(proxy, { headers: old })).attributes.at(-1)).toBe('HttpOnly')
})

test('over TLS the cookie is Secure; on a regex path it has the path "/", and a warning says so', async () => {
  const proxy = await startThree(sticky({ 'use-regex': 'true', 'ssl-redirect': 'false' }), [
    'ImplementationSpecific /v[0-9]+ web:80',
  ])
  const request = { port: proxy.httpsPort, path: '/v1', tls: { insecure: true } }
  expect(cookieOf(await ask(proxy, request)).attributes).toEqual(['Path=/', 'Secure', 'HttpOnly'])
  expect(proxy.codes()).toContain('session-cookie-path')
})

describe('a client whose endpoint has died', () => {
  async function startWithDead(annotations: Record<string, string>) {
    const alive = await startEchoBackend('alive')
    const dying = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    await once(dying, 'listening')
    const dead = `127.0.0.1:${(dying.address() as AddressInfo).port}`
    const manifests = (...endpoints: string[]) =>
      documents(
        ingressText({
          annotations: sticky({ 'affinity-mode': 'persistent', ...annotations }),
          rules: { 'a.test': ['Prefix / web:80'] },
        }),
        serviceText('web', { endpoints }),
      )
    const proxy = await startProxy({ files: { 'web.yaml': manifests(dead) } })
    const { pair } = cookieOf(await ask(proxy))
    dying.closeAllConnections()
    dying.close()
    await once(dying, 'close')
    const applied = proxy.nextChange()
    await proxy.manifests.write('web.yaml', manifests(dead, alive.address))
    await applied
    return { proxy, headers: { Cookie: pair } }
  }

  test('keeps being sent there', async () => {
    const { proxy, headers } = await startWithDead({})
    for (let i = 0; i < 3; i++) expect((await ask(proxy, { headers })).status).toBe(502)
  })

  test('gets another and a new cookie with session-cookie-change-on-failure', async () => {
    const { proxy, headers } = await startWithDead({ 'session-cookie-change-on-failure': 'true' })
    const response = await ask(proxy, { headers })
    expect(response.echo().backend).toBe('alive')
    const { pair } = cookieOf(response)
    const next = await ask(proxy, { headers: { Cookie: pair } })
    expect([next.status, next.headers['set-cookie']]).toEqual([200, undefined])
  })
})

test('a client that no endpoint answered gets no cookie', async () => {
  const ingress = ingressText({ annotations: sticky(), rules: { 'a.test': ['Prefix / web:80'] } })
  const service = serviceText('web', { endpoints: [`127.0.0.1:${await closedPort()}`] })
  const proxy = await startProxy({ files: { 'web.yaml': documents(ingress, service) } })
  const response = await ask(proxy)
  expect([response.status, response.headers['set-cookie']]).toEqual([502, undefined])
})

test('without endpoints the answer is 503, with or without a cookie', async () => {
  const ingress = ingressText({ annotations: sticky(), rules: { 'a.test': ['Prefix / web:80'] } })
  const proxy = await startProxy({
    files: { 'web.yaml': documents(ingress, serviceText('web', { endpoints: [] })) },
  })
  expect((await ask(proxy)).status).toBe(503)
  expect((await ask(proxy, { headers: { Cookie: `INGRESSCOOKIE=k|${marks.web}` } })).status).toBe(503)
})

describe('a canary', () => {
  async function startCanary(behavior?: string): Promise<TestProxy> {
    const { text } = await startEchoServices('main', 'canary')
    const rules = (service: string) => ({ 'a.test': [`Prefix / ${service}:80`] })
    const annotations = behavior === undefined ? {} : nginx({ 'affinity-canary-behavior': behavior })
    const canary = canaryText(
      { rules: rules('canary'), annotations },
      { 'by-header': 'x-canary', weight: '50' },
    )
    const main = ingressText({ name: 'main', annotations: sticky(), rules: rules('main') })
    return startProxy({ files: { 'web.yaml': documents(main, canary, text) } })
  }
  const header = (value: string, cookie = '') => ({ headers: { 'X-Canary': value, Cookie: cookie } })

  test('keeps the clients it had, and main its own, whatever the rules say later', async () => {
    const proxy = await startCanary()
    const atCanary = await ask(proxy, header('always'))
    const atMain = await ask(proxy, header('never'))
    expect([atCanary.echo().backend, atMain.echo().backend]).toEqual(['canary', 'main'])
    const [canaryCookie, mainCookie] = [cookieOf(atCanary).pair, cookieOf(atMain).pair]
    expect(canaryCookie.split('|')[1]).not.toBe(mainCookie.split('|')[1])
    expect((await ask(proxy, header('never', canaryCookie))).echo().backend).toBe('canary')
    expect((await ask(proxy, header('always', mainCookie))).echo().backend).toBe('main')
    for (let i = 0; i < 8; i++)
      expect((await ask(proxy, header('next', canaryCookie))).echo().backend).toBe('canary')
  })

  test('with affinity-canary-behavior legacy sets no cookie, and every request is decided anew', async () => {
    const proxy = await startCanary('legacy')
    const atCanary = await ask(proxy, header('always'))
    expect([atCanary.echo().backend, atCanary.headers['set-cookie']]).toEqual(['canary', undefined])
    const { pair } = cookieOf(await ask(proxy, header('never')))
    expect((await ask(proxy, header('always', pair))).echo().backend).toBe('canary')
    expect((await ask(proxy, header('never', pair))).echo().backend).toBe('main')
  })
})
