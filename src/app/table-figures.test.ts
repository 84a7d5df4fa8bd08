import { expect, test } from 'vitest'
import { selfSigned, signedOverAuthorities } from '../../test/support/certificates.ts'
import { compileManifest } from '../../test/support/compile-manifest.ts'
import { documents, ingressText, secretText, serviceText } from '../../test/support/manifest-text.ts'
import type { TableFigures } from '../metrics/config-families.ts'
import { createTableFigures } from './table-figures.ts'

const rules = { 'a.test': ['Prefix / web:80'] }
const web = ingressText({ rules })
const service = serviceText('web', { endpoints: ['127.0.0.1:3000'] })

function figuresOf(...texts: readonly string[]): TableFigures {
  const { table } = compileManifest(documents(...texts), {
    defaultSslCertificate: { namespace: 'default', name: 'fallback' },
  })
  return createTableFigures(() => table)
}

test('the hash is the same for the same configuration, wherever it is written', () => {
  const hash = figuresOf(web, service).hash()
  expect(hash).toBeGreaterThan(0)
  expect(Number.isSafeInteger(hash)).toBe(true)
  expect(figuresOf(serviceText('unused'), web, service).hash()).toBe(hash)
})

test.each([
  ['path', ingressText({ rules: { 'a.test': ['Prefix /x web:80'] } }), service],
  [
    'setting',
    ingressText({ rules, annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '7' } }),
    service,
  ],
  ['endpoint', web, serviceText('web', { endpoints: ['127.0.0.1:3001'] })],
  ['host', ingressText({ rules: { ...rules, 'b.test': ['Prefix / web:80'] } }), service],
])('the hash is another one for another %s', (_, ...texts) => {
  expect(figuresOf(...texts).hash()).not.toBe(figuresOf(web, service).hash())
})

test('the hash is another one for another certificate', async () => {
  const secure = ingressText({ rules, tls: [{ hosts: ['a.test'], secretName: 'pair' }] })
  const hashes = await Promise.all(
    [1, 2].map(async () => figuresOf(secure, service, secretText('pair', await selfSigned('a.test'))).hash()),
  )
  expect(new Set(hashes).size).toBe(2)
})

test('certificates are told by the hosts that are shown them; those that Portico signs are not', async () => {
  const tls = [
    { hosts: ['a.test', '*.a.test'], secretName: 'pair' },
    { hosts: ['b.test'], secretName: 'lost' },
  ]
  const hosts = { ...rules, '*.a.test': ['Prefix / web:80'], 'b.test': ['Prefix / web:80'] }
  const figures = figuresOf(
    ingressText({ rules: hosts, tls }),
    service,
    secretText('pair', await selfSigned('a.test', '*.a.test')),
    secretText('fallback', await signedOverAuthorities('c.test', 1)),
  )
  const certificates = [...figures.certificates()]
  expect(certificates.map(({ host, name, issuerCommonName }) => [host, name, issuerCommonName])).toEqual([
    ['a.test', 'pair', 'a.test'],
    ['*.a.test', 'pair', 'a.test'],
    ['_', 'fallback', 'authority 1'],
  ])
  expect(certificates[0]).toMatchObject({
    namespace: 'default',
    issuerOrganization: '',
    publicKeyAlgorithm: 'ECDSA',
  })
})

test('an Ingress lacks what any of its backends lacks', () => {
  const lost = ingressText({ name: 'lost', rules: { 'b.test': ['Prefix / web:80', 'Prefix /x nobody:80'] } })
  const empty = ingressText({ name: 'empty', rules: { 'c.test': ['Prefix / idle:80'] } })
  expect([...figuresOf(web, lost, empty, service, serviceText('idle')).ingresses()]).toEqual([
    { namespace: 'default', name: 'web', lacksService: false, lacksEndpoint: false },
    { namespace: 'default', name: 'lost', lacksService: true, lacksEndpoint: false },
    { namespace: 'default', name: 'empty', lacksService: false, lacksEndpoint: true },
  ])
})
