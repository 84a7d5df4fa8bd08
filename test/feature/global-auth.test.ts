// One auth service for all Ingresses (ingress-nginx's ConfigMap: global-auth-url and its family).
import { describe, expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

/** A proxy with these keys in its ConfigMap; `auth` answers 401 unless the request has a session. */
async function guardedByAll(data: (authUrl: string) => Record<string, string>) {
  const auth = await startEchoBackend('auth', (request, response) => {
    const isKnown = request.headers.cookie === 'session=1'
    response.writeHead(isKnown ? 200 : 401, { 'X-User': 'ann', 'Set-Cookie': 'seen=1' })
    response.end()
  })
  const own = await startEchoBackend('own', (_request, response) => {
    response.writeHead(403)
    response.end()
  })
  const app = await startEchoBackend('app')
  const configMap = { namespace: 'ingress', name: 'settings' }
  const site = (name: string, annotations: Record<string, string> = {}) =>
    serving(`${name}.test`, app.address, { name, annotations })
  const proxy = await startProxy({
    files: {
      'settings.yaml': JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: configMap,
        data: data(`http://${auth.address}`),
      }),
      'plain.yaml': site('plain'),
      'other.yaml': site('other', { [`${nginx}proxy-body-size`]: '2m' }),
      'open.yaml': site('open', { [`${nginx}enable-global-auth`]: 'false' }),
      'own.yaml': site('own', { [`${nginx}auth-url`]: `http://${own.address}/` }),
      'acme.yaml': serving('acme.test', app.address, { name: 'acme', path: '/.well-known/acme-challenge' }),
    },
    compile: { configMap },
  })
  const fetch = (name: string, cookie?: string, path = '/x') =>
    fetchFrom({
      port: proxy.httpPort,
      host: `${name}.test`,
      path,
      headers: cookie === undefined ? {} : { Cookie: cookie },
    })
  return { proxy, auth, fetch }
}

describe('global-auth-url', () => {
  test('guards every Ingress without an auth-url of its own that does not leave it out', async () => {
    const { fetch } = await guardedByAll(url => ({ 'global-auth-url': url }))
    const statuses: Record<string, number> = {}
    for (const name of ['plain', 'other', 'open', 'own']) statuses[name] = (await fetch(name)).status
    expect(statuses).toEqual({ plain: 401, other: 401, open: 200, own: 403 })
    expect((await fetch('plain', 'session=1')).status).toBe(200)
    expect((await fetch('acme', undefined, '/.well-known/acme-challenge/token')).status).toBe(200)
    expect((await fetch('nobody')).status).toBe(404)
  })

  test('has settings of its own: sign-in, headers for the backend, cookies', async () => {
    const { fetch } = await guardedByAll(url => ({
      'global-auth-url': `${url}/check`,
      'global-auth-method': 'POST',
      'global-auth-signin': 'https://portal.test/start',
      'global-auth-signin-redirect-param': 'next',
      'global-auth-response-headers': 'X-User',
      'global-auth-request-redirect': '$scheme://$http_host/back',
      'global-auth-cache-key': '$http_cookie',
      'global-auth-cache-duration': '200 1m',
      'global-auth-always-set-cookie': 'true',
    }))
    const refused = await fetch('plain')
    expect(refused.status).toBe(302)
    expect(refused.headers.location).toBe('https://portal.test/start?next=http://plain.test%2Fx')
    expect(refused.headers['set-cookie']).toEqual(['seen=1'])
    expect((await fetch('plain', 'session=1')).echo().headers['x-user']).toBe('ann')
    expect((await fetch('own')).status).toBe(403)
  })

  test.each([
    ['global-auth-url', 'auth.test'],
    ['global-auth-method', 'ASK'],
    ['global-auth-response-headers', 'X Y'],
    ['global-auth-cache-duration', '200'],
    ['global-auth-always-set-cookie', 'yes'],
    ['global-auth-snippet', 'proxy_set_header X-A 1;'],
  ])('closes all routes where it can not be obeyed: %s %j', async (key, value) => {
    const { fetch, proxy } = await guardedByAll(url => ({ 'global-auth-url': url, [key]: value }))
    expect((await fetch('plain', 'session=1')).status).toBe(503)
    expect((await fetch('other', 'session=1')).status).toBe(503)
    expect(proxy.codes()).toContain('config-value')
  })
})
