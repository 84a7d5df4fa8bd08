import { describe, expect, test } from 'vitest'
import { selfSigned } from '../../test/support/certificates.ts'
import { compileManifest } from '../../test/support/compile-manifest.ts'
import { expectDocumented } from '../../test/support/explanation-schema.ts'
import {
  canaryText,
  documents,
  ingressText,
  secretText,
  serviceText,
} from '../../test/support/manifest-text.ts'
import { markOf } from '../policies/balancing/session-cookie.ts'
import { readAskedRequest, type WrittenRequest } from './asked-request.ts'
import { explain } from './explain.ts'
import type { Explanation } from './explanation.ts'
import { type RehearsalOptions, rehearse } from './rehearsal.ts'

const nginx = 'nginx.ingress.kubernetes.io/'
const shop = ingressText({
  name: 'shop',
  created: '2026-01-01T00:00:00Z',
  tls: [{ hosts: ['shop.test'] }],
  rules: {
    'shop.test': ['Prefix / web:80', 'Prefix /cart cart:80', 'Exact /cart/pay pay:80', 'Prefix /Cart web:80'],
    '*.test': ['Prefix / web:80'],
  },
})
const late = ingressText({
  name: 'late',
  created: '2026-02-02T00:00:00Z',
  rules: { 'shop.test': ['Prefix /cart pay:80'] },
})
const services = documents(
  serviceText('web', { endpoints: ['127.0.0.1:3000'] }),
  serviceText('cart', { endpoints: ['127.0.0.1:3001', '127.0.0.1:3002'] }),
  serviceText('pay', { endpoints: ['127.0.0.1:3003'] }),
  serviceText('down'),
)

async function ask(
  written: WrittenRequest | string,
  manifest = documents(shop, late, services),
  options: RehearsalOptions = {},
): Promise<Explanation> {
  const read = readAskedRequest(typeof written === 'string' ? { url: written } : written)
  if ('problem' in read) throw new Error(read.problem)
  const { table, from } = compileManifest(manifest)
  const rehearsal = rehearse(table, options)
  try {
    const explanation = await explain(read.value, rehearsal, { from })
    expectDocumented(explanation)
    return explanation
  } finally {
    rehearsal.close()
  }
}

const reasons = (list: readonly { taken: boolean; reason: string; host?: string; path?: string }[]) =>
  list.map(({ taken, reason, host, path }) => `${taken ? '+' : '-'} ${host ?? path ?? 'default'}: ${reason}`)

describe('hosts', () => {
  test('are listed as they are asked, with why they lost', async () => {
    const { hosts } = await ask('http://shop.test/healthz')
    expect(reasons(hosts)).toEqual([
      '+ shop.test: is the host of the request',
      '- *.test: shop.test names the host itself; no other is asked after it',
    ])
    expect(hosts[0]?.at).toMatch(/^test\.yaml:\d+:\d+$/)
  })

  test('say how far a wildcard reaches', async () => {
    const { hosts } = await ask('http://a.b.test/')
    expect(reasons(hosts)).toEqual(['- *.test: its * stands for one label, not for 2'])
  })

  test('name the host that an alias stands for', async () => {
    const aliased = ingressText({
      rules: { 'main.test': ['Prefix / web:80'] },
      annotations: { [`${nginx}server-alias`]: 'other.test, ~^x[0-9]+$' },
    })
    const { hosts } = await ask('http://x7/', documents(aliased, services))
    expect(hosts).toMatchObject([{ host: '~^x[0-9]+$', kind: 'regex', aliasOf: 'main.test', taken: true }])
    const exact = await ask('http://other.test/', documents(aliased, services))
    expect(exact.hosts).toMatchObject([
      { host: 'other.test', aliasOf: 'main.test', taken: true },
      { taken: false },
    ])
  })
})

describe('paths', () => {
  test('are listed with why they lost', async () => {
    const { paths } = await ask('http://shop.test/cart/7')
    expect(reasons(paths).map(line => line.replace(/\(.*\)/, ''))).toEqual([
      '+ /cart: takes the path, and none with a longer text does',
      '- /: shorter than /cart: the longest text wins',
      '- /cart/pay: Exact wants the very path',
      '- /Cart: the path does not begin with it',
      '- /cart: is not served: an older Ingress has the same path ',
      '- default: Prefix /cart takes the path',
    ])
  })

  test('tell elements from letters, and case', async () => {
    const { paths } = await ask('http://shop.test/cartoon')
    expect(reasons(paths)).toContain(
      '- /cart: compares whole elements, and /cartoon is no element below /cart',
    )
    const exact = await ask('http://shop.test/cart/pay')
    expect(reasons(exact.paths)).toContain('- /cart: Exact /cart/pay is asked first: Exact before all others')
    const slash = await ask('http://shop.test/cart/pay/')
    expect(reasons(slash.paths)).toContain('- /cart/pay: Exact counts the slash at the end of the path')
  })

  test('say which condition a request does not fit', async () => {
    const blue = ingressText({
      name: 'blue',
      rules: { 'shop.test': ['Prefix /cart pay:80'] },
      annotations: { 'portico/match-headers': 'x-tenant=blue' },
    })
    const { paths } = await ask('http://shop.test/cart', documents(shop, blue, services))
    expect(reasons(paths)).toContain('- /cart: asks for header x-tenant=blue')
    const fits = { url: 'http://shop.test/cart', headers: [['X-Tenant', 'blue']] as const }
    const { paths: taken } = await ask(fits, documents(shop, blue, services))
    expect(taken[0]).toMatchObject({ taken: true, ingress: 'default/blue' })
    expect(reasons(taken)[1]).toBe(
      '- /cart: Ingress default/blue has the same path under more specific conditions',
    )
  })
})

describe('what nothing takes', () => {
  test('names the rules that are near, and what to do', async () => {
    const { outcome, nearest, answer, verdict } = await ask('http://shop.tset/cart')
    expect(outcome).toMatchObject({ kind: 'answered', status: 404 })
    expect(nearest?.[0]).toMatchObject({ host: 'shop.test', path: '/cart', ingress: 'default/shop' })
    expect(answer?.advice).toContain('add a rule')
    expect(verdict).toMatch(/^Portico answers 404 Not Found/)
  })

  test('tells what is no request from what has no rule', async () => {
    const { outcome, answer, hosts } = await ask({ url: 'http://shop.test/', method: 'get' })
    expect(outcome).toMatchObject({ kind: 'refused', status: 400 })
    expect(answer?.lines[0]).toBe('HTTP/1.1 400 Bad Request')
    expect(hosts).toEqual([])
  })
})

describe('canaries', () => {
  const manifest = (settings: Record<string, string>, annotations = {}) =>
    documents(
      ingressText({ annotations, rules: { 'shop.test': ['Prefix / cart:80'] } }),
      canaryText({ rules: { 'shop.test': ['Prefix / pay:80'] } }, settings),
      services,
    )

  test('by weight say the draw and the slice', async () => {
    const { canary, verdict } = await ask('http://shop.test/', manifest({ weight: '30' }), {
      random: () => 0.25,
    })
    expect(canary).toMatchObject({
      draw: 0.25,
      candidates: [{ taken: true, rule: 'weight', slice: { from: 0, to: 0.3 } }],
    })
    expect(verdict).toBe('goes to canary default/pay:80 at 127.0.0.1:3003 as /')
    const other = await ask('http://shop.test/', manifest({ weight: '30' }), { random: () => 0.5 })
    expect(other.canary?.candidates).toMatchObject([{ taken: false, rule: 'none' }])
    expect(other.canary?.candidates[0]?.reason).toContain(
      'the draw 0.5000 is not in its slice [0, 0.3), 30 %',
    )
  })

  test('by header and cookie say which', async () => {
    const settings = { 'by-header': 'X-Canary', 'by-cookie': 'canary', weight: '100' }
    const url = 'http://shop.test/'
    const never = await ask({ url, headers: [['x-canary', 'never']] }, manifest(settings))
    expect(never.canary?.candidates).toMatchObject([
      { taken: false, rule: 'header', reason: 'header x-canary: never leaves it out' },
    ])
    const always = await ask({ url, cookies: ['canary=always'] }, manifest(settings))
    expect(always.canary?.candidates).toMatchObject([{ taken: true, rule: 'cookie' }])
    expect(always.canary?.draw).toBeUndefined()
  })

  test('are not said to have lost where a redirect comes before them', async () => {
    const redirected = manifest(
      { 'by-header': 'X-Canary' },
      { [`${nginx}permanent-redirect`]: 'https://a.test/' },
    )
    const written = { url: 'http://shop.test/', headers: [['x-canary', 'always']] as const }
    const { canary, upstream } = await ask(written, redirected)
    expect(upstream).toBeUndefined()
    expect(canary?.candidates).toMatchObject([
      { taken: false, rule: 'none', reason: 'the request is answered before canaries are asked' },
    ])
  })
})

describe('clients that stay', () => {
  const sticky = { [`${nginx}affinity`]: 'cookie', [`${nginx}session-cookie-name`]: 'stay' }
  const rules = { 'shop.test': ['Prefix / cart:80'] }
  const others = { 'shop.test': ['Prefix / pay:80'] }
  const manifest = documents(
    ingressText({ rules, annotations: sticky }),
    canaryText({ rules: others }, { weight: '50' }),
    services,
  )
  const staying = (service: string) =>
    ask({ url: 'http://shop.test/', cookies: [`stay=1.2|${markOf(`default-${service}-80`)}`] }, manifest)

  test('with a canary are told by their cookie', async () => {
    const { canary, outcome } = await staying('pay')
    expect(canary?.candidates).toMatchObject([{ taken: true, rule: 'session cookie' }])
    expect([canary?.draw, outcome.isCanary]).toEqual([undefined, true])
  })

  test('with the main backend are told by their cookie, endpoint included', async () => {
    const { canary, upstream } = await staying('cart')
    expect(canary?.candidates).toMatchObject([{ taken: false, rule: 'session cookie' }])
    expect(upstream?.picking).toBe('the cookie stay says so')
  })

  test('get a cookie where they are new', async () => {
    const { upstream } = await ask('http://shop.test/', manifest, { random: () => 0.9 })
    expect(upstream?.picking).toBe('by chance: the client sends no cookie stay, and gets one')
  })

  test('by the hash of a text see that text', async () => {
    const hashed = ingressText({ rules, annotations: { [`${nginx}upstream-hash-by`]: '$http_x_tenant' } })
    const url = 'http://shop.test/'
    const { upstream } = await ask({ url, headers: [['X-Tenant', 'blue']] }, documents(hashed, services))
    expect(upstream?.picking).toBe('by the hash of "blue"')
  })
})

describe('the backend', () => {
  test('is shown with its endpoints, the pick, and what is sent', async () => {
    const { upstream, sent } = await ask('https://shop.test/cart')
    expect(upstream).toMatchObject({
      service: 'default/cart:80',
      source: 'portico/endpoints of the Service',
      picking: 'every one in turn',
      endpoints: [
        { address: '127.0.0.1:3001', picked: true },
        { address: '127.0.0.1:3002', picked: false },
      ],
    })
    expect(upstream?.at).toMatch(/^test\.yaml:\d+:\d+$/)
    expect(sent).toMatchObject({ endpoint: '127.0.0.1:3001', protocol: 'HTTP/1.1', tls: false })
    expect(sent?.lines.slice(0, 2)).toEqual(['GET /cart HTTP/1.1', 'Host: shop.test'])
  })

  test('over HTTP/2 gets fields', async () => {
    const grpc = ingressText({
      rules: { 'grpc.test': ['Prefix / web:80'] },
      annotations: { [`${nginx}backend-protocol`]: 'GRPC' },
    })
    const { sent } = await ask('http://grpc.test/a.B/C', documents(grpc, services))
    expect(sent).toMatchObject({ protocol: 'HTTP/2', tls: false })
    expect(sent?.lines).toContain(':path: /a.B/C')
  })

  test('without endpoints says so', async () => {
    const down = ingressText({ rules: { 'down.test': ['Prefix / down:80'] } })
    const { upstream, answer } = await ask('http://down.test/', documents(down, services))
    expect(upstream).toMatchObject({ service: 'default/down:80', endpoints: [], problem: expect.anything() })
    expect(answer).toMatchObject({ status: 503, advice: expect.stringContaining('--map') })
  })

  test('is sent the rewritten path, and the captures are told', async () => {
    const rewriting = ingressText({
      rules: { 'r.test': ['ImplementationSpecific /api(/|$)(.*) web:80'] },
      annotations: { [`${nginx}rewrite-target`]: '/$2' },
    })
    const { rewrite } = await ask('http://r.test/api/x?y=1', documents(rewriting, services))
    expect(rewrite).toEqual({
      pattern: '/api(/|$)(.*)',
      template: '/$2',
      captures: ['/api/x', '/', 'x'],
      from: '/api/x?y=1',
      to: '/x?y=1',
    })
  })
})

describe('TLS', () => {
  test('says which certificate, and why', async () => {
    const { certificate } = await ask('https://shop.test/cart')
    expect(certificate).toMatchObject({ handshake: 'ended here', certificate: 'local CA' })
    expect(certificate?.why).toContain('names no Secret')
    expect(certificate?.at).toMatch(/^test\.yaml:\d+:\d+$/)
  })

  test('of a Secret is named with its place', async () => {
    const pair = await selfSigned('own.test')
    const own = ingressText({
      rules: { 'own.test': ['Prefix / web:80'] },
      tls: [{ hosts: ['own.test'], secretName: 'own' }],
    })
    const { certificate } = await ask('https://own.test/', documents(own, secretText('own', pair), services))
    expect(certificate).toMatchObject({ certificate: 'secret', secret: 'default/own' })
    expect(certificate?.at).toMatch(/^test\.yaml:\d+:\d+$/)
  })

  test('that somebody else ends is handed on unread', async () => {
    const raw = ingressText({
      rules: { 'raw.test': ['Prefix / web:80'] },
      annotations: { [`${nginx}ssl-passthrough`]: 'true' },
    })
    const { certificate, outcome, paths } = await ask('https://raw.test/', documents(raw, services))
    expect(certificate).toMatchObject({ handshake: 'handed on', handedOnTo: 'default/web' })
    expect(certificate?.at).toMatch(/^test\.yaml:\d+:\d+$/)
    expect([outcome.kind, paths]).toEqual(['passthrough', []])
  })

  test('is what plain requests are led to, where the host has it', async () => {
    const { verdict, certificate } = await ask('http://shop.test/cart')
    expect(certificate).toBeUndefined()
    expect(verdict).toMatch(/^Portico answers 308 Permanent Redirect to https:\/\/shop\.test\/cart: /)
  })
})

test('an IPv6 endpoint is called as it stands in a URL', async () => {
  const manifest = documents(
    ingressText({ rules: { 'shop.test': ['Prefix / web:80'] } }),
    serviceText('web', { endpoints: ['[::1]:3000'] }),
  )
  const { outcome, upstream, sent } = await ask('http://shop.test/', manifest)
  expect([outcome.endpoint, upstream?.endpoints[0], sent?.endpoint]).toEqual([
    '[::1]:3000',
    { address: '[::1]:3000', picked: true },
    '[::1]:3000',
  ])
})
