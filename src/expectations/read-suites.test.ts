import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { positionOf } from '../diagnostics/place.ts'
import { readSuites } from './read-suites.ts'

const head = 'apiVersion: portico.dev/v1alpha1\nkind: Expectations\n'

function read(text: string) {
  return readSuites('shop.expect.yaml', Buffer.from(head + text))
}

/** `line:column code` of each finding. */
function problems(text: string): string[] {
  return read(text).findings.map(({ place, code }) => {
    const { line, column } = positionOf(place!)
    return `${line}:${column} ${code}`
  })
}

test('reads requests in the short and the long form', () => {
  const { suites, findings } = read(`
metadata: { name: shop }
manifests: [., ../common]
flags: { map: [shop/cart=127.0.0.1:1], namespace: shop }
cases:
  - { request: shop.test/cart, expect: cart:80 }
  - { request: POST https://shop.test/cart, expect: 405 }
  - name: all of it
    request:
      host: shop.test
      path: /cart
      method: PUT
      headers: { X-A: 1, X-B: [b, c] }
      cookies: { stay: here }
      sni: other.test
      clientIp: 10.0.0.1
    expect: { service: none, status: 4xx, sentHeaders: { X-A: '1' }, variants: { stable: 90%, canary: 10% } }
`)
  expect(findings).toEqual([])
  expect(suites).toMatchObject([
    {
      name: 'shop',
      manifests: ['.', '../common'],
      flags: [
        { name: 'map', values: ['shop/cart=127.0.0.1:1'] },
        { name: 'namespace', values: ['shop'] },
      ],
      cases: [
        {
          name: 'GET shop.test/cart',
          request: { method: 'GET', url: 'shop.test/cart' },
          claims: [{ aspect: 'service', expected: 'cart:80' }],
        },
        { request: { method: 'POST' }, claims: [{ aspect: 'status', expected: '405' }] },
        {
          name: 'all of it',
          request: {
            method: 'PUT',
            url: 'http://shop.test/cart',
            headers: [
              ['X-A', '1'],
              ['X-B', 'b'],
              ['X-B', 'c'],
            ],
            cookies: [['stay', 'here']],
            sni: 'other.test',
            clientIp: '10.0.0.1',
          },
          claims: [
            { aspect: 'status', expected: '4xx' },
            { aspect: 'service', expected: 'none' },
            { aspect: 'header x-a', expected: '1' },
          ],
          shares: {
            shares: new Map([
              ['stable', 0.9],
              ['canary', 0.1],
            ]),
            requests: 200,
          },
        },
      ],
    },
  ])
})

test('reads several documents, and names a suite for its file', () => {
  const { suites } = read(`cases: [{ request: a.test, expect: a }]\n---\n${head}cases: []`)
  expect(suites.map(({ name, manifests, cases }) => [name, manifests, cases.length])).toEqual([
    ['shop.expect.yaml', ['.'], 1],
    ['shop.expect.yaml', ['.'], 0],
  ])
})

test.each([
  ['cases: [{ request: a.test, expct: a }]', ['3:35 field-unknown', '3:9 field-missing']],
  ['cases: [{ request: a.test, expect: { servce: a } }]', ['3:46 field-unknown']],
  ['cases: [{ request: a.test, expect: {} }]', ['3:36 field-missing']],
  ['cases: [{ request: a.test, expect: 999 }]', ['3:36 field-value']],
  ['cases: [{ request: a b c, expect: a }]', ['3:20 field-value']],
  ['cases: [{ request: a.test, expect: { variants: { stable: 90% } } }]', ['3:48 field-value']],
  ['cases: [{ request: a.test, expect: { within: 1% } }]', ['3:46 field-value']],
  ['flags: { mapp: x }\ncases: []', ['3:16 field-unknown']],
  ['case: []', ['3:7 field-unknown', '1:1 field-missing']],
  ['cases: [', ['3:8 yaml-syntax']],
  ['cases: []\ncases: []', ['4:1 duplicate-key']],
])('reports %s', (text, expected) => {
  expect(problems(text)).toEqual(expected)
})

test('names the nearest key', () => {
  const [finding] = read('cases: [{ request: a.test, expect: { servce: a } }]').findings
  expect(formatDiagnostic(finding!)).toContain('did you mean "service"?')
})

test('refuses what is no file of expectations', () => {
  for (const text of ['', 'kind: Ingress\napiVersion: v1', 'just text', '- a'])
    expect(readSuites('x.yaml', Buffer.from(text)).findings).not.toEqual([])
})

test('no text makes it throw', () => {
  const part = fc.constantFrom(
    'cases:',
    ' - ',
    '{',
    '}',
    '[',
    ']',
    'request: ',
    'expect: ',
    'a.test',
    ', ',
    '\n',
    '  ',
    '"',
    'variants: ',
    '90%',
    '---\n',
    '&a ',
    '*a',
    'url: ',
    'flags: ',
    '~',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), parts => {
      const { suites, findings } = read(parts.join(''))
      expect(suites.length + findings.length).toBeGreaterThan(0)
    }),
    { numRuns: 2000 },
  )
})
