import { describe, expect, test } from 'vitest'
import { compileManifest } from '../../test/support/compile-manifest.ts'
import { canaryText, documents, ingressText, serviceText } from '../../test/support/manifest-text.ts'
import { compare } from './compare.ts'
import { sideOf } from './side.ts'

const services = documents(
  serviceText('web', { endpoints: ['127.0.0.1:1'] }),
  serviceText('cart', { endpoints: ['127.0.0.1:2'] }),
)
const nginx = 'nginx.ingress.kubernetes.io/'

/** `kind what host rule: subject before → after; …`, of each change. */
async function changes(before: readonly string[], after: readonly string[]): Promise<string[]> {
  const found = await compare(
    ...([before, after].map(texts => sideOf(compileManifest(documents(services, ...texts)))) as [
      never,
      never,
    ]),
  )
  return found.map(({ kind, what, host, rule, details, example }) => {
    const said = details.map(({ subject, before, after }) => `${subject} ${before} → ${after}`).join('; ')
    const shown = example === undefined ? '' : ` | ${example.request}: ${example.before} → ${example.after}`
    return `${[kind, what, host, rule].filter(part => part !== '').join(' ')}: ${said}${shown}`
  })
}

const shop = (paths: readonly string[], annotations: Record<string, string> = {}, name = 'web') =>
  ingressText({ name, annotations, rules: { 'shop.test': paths } })

describe('there is no difference', () => {
  test('when a rule moves to another Ingress', async () => {
    const together = [shop(['Prefix / web:80', 'Prefix /cart cart:80'])]
    const apart = [shop(['Prefix /cart cart:80'], {}, 'a'), shop(['Prefix / web:80'], {}, 'b')]
    expect(await changes(together, apart)).toEqual([])
  })

  test('when a setting is written that is the default', async () => {
    const written = shop(['Prefix / web:80'], { [`${nginx}proxy-body-size`]: '1m' })
    expect(await changes([shop(['Prefix / web:80'])], [written])).toEqual([])
  })
})

describe('what changes is said with a request that shows it', () => {
  const base = [shop(['Prefix / web:80'])]
  test.each<[string, readonly string[], readonly string[]]>([
    [
      'another Service',
      [shop(['Prefix / cart:80'])],
      [
        'changed rule shop.test / Prefix: service default/web:80 → default/cart:80 | GET http://shop.test/: default/web:80 as / → default/cart:80 as /',
      ],
    ],
    [
      'a new path',
      [shop(['Prefix / web:80', 'Prefix /cart cart:80'])],
      [
        'added rule shop.test /cart Prefix: service - → default/cart:80 | GET http://shop.test/cart: default/web:80 as /cart → default/cart:80 as /cart',
      ],
    ],
    [
      'a redirect',
      [shop(['Prefix / web:80'], { [`${nginx}force-ssl-redirect`]: 'true' })],
      [
        'changed rule shop.test / Prefix: force-ssl-redirect false → true | GET http://shop.test/: default/web:80 as / → 308 to https://shop.test',
      ],
    ],
    [
      'a canary',
      [...base, canaryText({ rules: { 'shop.test': ['Prefix / cart:80'] } }, { 'by-header': 'x-new' })],
      [
        'changed rule shop.test / Prefix: canary default/cart:80 - → header x-new | GET http://shop.test/, x-new: always: default/web:80 as / → default/cart:80 as /',
      ],
    ],
    ['a Service that is gone', [shop(['Prefix / gone:80'])], [expect.stringContaining('503')]],
    [
      'a host',
      [],
      [
        'removed host shop.test: / Prefix default/web:80 → - | GET http://shop.test/: default/web:80 as / → 404 (no-route)',
      ],
    ],
    [
      'a condition',
      [shop(['Prefix / web:80'], { 'portico/match-headers': 'x-a=1' })],
      [
        expect.stringMatching(/^removed rule shop.test \/ Prefix: /),
        expect.stringMatching(/^added rule shop.test \/ Prefix \[header x-a=1\]: /),
      ],
    ],
    [
      'an alias',
      [shop(['Prefix / web:80'], { [`${nginx}server-alias`]: 'alias.test' })],
      [
        'changed host shop.test: other names - → alias.test | GET http://alias.test/: 404 (no-route) → default/web:80 as /',
      ],
    ],
  ])('%s', async (_, after, expected) => {
    expect(await changes(base, after)).toEqual(expected)
  })

  test('endpoints', async () => {
    const moved = serviceText('web', { endpoints: ['127.0.0.1:9'] })
    const one = sideOf(compileManifest(documents(services, ...base)))
    const other = sideOf(compileManifest(documents(moved, ...base)))
    const found = await compare(one, other)
    expect(found.map(({ details }) => details)).toEqual([
      [{ subject: 'endpoints', before: '127.0.0.1:1', after: '127.0.0.1:9' }],
    ])
  })
})

test('a host of which only a closed fallback is served is shown by that', async () => {
  const closed = shop(['Prefix relative web:80'], {
    [`${nginx}use-regex`]: 'true',
    [`${nginx}whitelist-source-range`]: 'nonsense',
  })
  expect(await changes([], [closed])).toEqual([
    'added host shop.test:  | GET http://shop.test/portico-no-rule: 404 (no-route) → 503 (denied)',
  ])
})

test('what Secrets hold is compared and never shown', async () => {
  const auth = { [`${nginx}auth-type`]: 'basic', [`${nginx}auth-secret`]: 'users' }
  const users = (password: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'users' },
      stringData: { auth: `anna:{PLAIN}${password}` },
    })
  const before = [shop(['Prefix / web:80'], auth), `${users('coffee-1')}\n`]
  const after = [shop(['Prefix / web:80'], auth), `${users('coffee-2')}\n`]
  const said = (await changes(before, after)).join('\n')
  expect(said).toContain('auth-secret')
  expect(said).toContain('what it holds is another')
  expect(said).not.toContain('coffee')
})
