// What the extension says is what OpenSSL, which Node verifies with, makes of it.
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCertificateName } from './certificate-name.ts'
import { createLocalCa, type LocalCa } from './local-ca.ts'
import { addressBytes, isPermitted, permittedDomains, readPermittedDomains } from './name-constraints.ts'

describe('the permitted domains', () => {
  it('are the local ones and what of the hosts lies outside them, none below another', () => {
    expect(
      permittedDomains(['shop.test', '*.foo.com', 'a.foo.com', 'tomcat.lucky.com', 'lucky.company']),
    ).toEqual([
      'example',
      'foo.com',
      'home.arpa',
      'internal',
      'local',
      'localhost',
      'lucky.company',
      'test',
      'tomcat.lucky.com',
    ])
  })
})

describe('an authority with name constraints', () => {
  const domains = permittedDomains(['tomcat.lucky.com', '*.foo.com'])
  let directory: string
  let ca: LocalCa
  let trusted: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portico-names-'))
    ca = await createLocalCa(directory)
    trusted = await ca.constrain(domains)
  })
  afterAll(() => rm(directory, { recursive: true }))

  it.each([
    ['tomcat.lucky.com', true],
    ['a.tomcat.lucky.com', true],
    ['b.foo.com', true],
    ['*.foo.com', true],
    ['localhost', true],
    ['a.b.localhost', true],
    ['shop.test', true],
    ['127.0.0.1', true],
    ['192.168.1.20', true],
    ['::1', true],
    ['fd00::17', true],
    ['lucky.com', false],
    ['evil-tomcat.lucky.com', false],
    ['foo.com.evil.net', false],
    ['xlocalhost', false],
    ['www.google.com', false],
    ['8.8.8.8', false],
    ['2001:db8::1', false],
  ])('counts for %s: %s', async (host, counts) => {
    const name = readCertificateName(host)!
    expect(isPermitted(name, new Set(domains))).toBe(counts)
    const error = await handshakeError(await ca.sign([name]))
    expect(error).toBe(counts ? undefined : 'permitted subtree violation')
  })

  it('says again which domains it is for', () => {
    expect(readPermittedDomains(new X509Certificate(trusted).raw)).toEqual(domains)
    expect(readPermittedDomains(new X509Certificate(ca.certPem).raw)).toEqual([])
  })

  /** What a client that trusts the constrained certificate says against it. */
  async function handshakeError(pair: { certPem: string; keyPem: string }) {
    const server = createServer({ cert: pair.certPem, key: pair.keyPem })
    server.on('tlsClientError', () => {})
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    try {
      return await new Promise(resolve => {
        const socket = connect({ host: '127.0.0.1', port, ca: trusted, checkServerIdentity: () => undefined })
        socket
          .on('secureConnect', () => resolve(undefined))
          .on('error', error => {
            resolve(error.message)
          })
        socket.on('secureConnect', () => socket.destroy())
      })
    } finally {
      await new Promise(resolve => server.close(resolve))
    }
  }
})

describe('the bytes of an address', () => {
  it.each([
    ['10.0.0.255', '0a0000ff'],
    ['::', '00000000000000000000000000000000'],
    ['1::', '00010000000000000000000000000000'],
    ['fe80::a:b', 'fe8000000000000000000000000a000b'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
  ])('of %s are those of the network', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex)
  })
})
