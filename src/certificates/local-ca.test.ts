import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LocalCaError } from './authority-files.ts'
import { readCertificateName } from './certificate-name.ts'
import { createLocalCa } from './local-ca.ts'
import { makeAuthority } from './sign.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-ca-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(directory, { recursive: true })
})

describe('the local CA on disk', () => {
  it('is made once and read back after that', async () => {
    const first = await createLocalCa(directory)
    const second = await createLocalCa(directory)
    expect(second.certPem).toBe(first.certPem)
    expect(await readFile(first.certificateFile, 'utf8')).toBe(first.certPem)
  })

  it('keeps its key readable by the owner alone', async () => {
    await createLocalCa(directory)
    const { mode } = await stat(join(directory, 'portico-ca.pem'))
    expect(mode & 0o777).toBe(0o600)
  })

  it('takes back what others were given of its key', async () => {
    await createLocalCa(directory)
    const file = join(directory, 'portico-ca.pem')
    await chmod(file, 0o664)
    await createLocalCa(directory)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('is the same for all who make it at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => createLocalCa(directory)))
    expect(new Set(all.map(ca => ca.certPem)).size).toBe(1)
    expect(await readFile(all[0]!.certificateFile, 'utf8')).toBe(all[0]!.certPem)
    expect(await readdir(directory)).toEqual(['portico-ca.crt', 'portico-ca.pem'])
  })

  it('is replaced shortly before it expires', async () => {
    const old = await createLocalCa(directory)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3649 * 86_400_000 })
    const renewed = await createLocalCa(directory)
    expect(renewed.certPem).not.toBe(old.certPem)
  })

  it.each([
    ['nothing of the kind', async () => 'not a key\n'],
    [
      'a key that was damaged',
      async () => {
        const { keyPem, certPem } = await makeAuthority()
        return keyPem.replace(/^M.{20}/m, 'A'.repeat(21)) + certPem
      },
    ],
    ['the key of another one', async () => (await makeAuthority()).keyPem + (await makeAuthority()).certPem],
  ])('says which file to delete when it holds %s', async (_, textOf) => {
    const file = join(directory, 'portico-ca.pem')
    await writeFile(file, await textOf())
    const error = await createLocalCa(directory).catch(reason => reason)
    expect(error).toBeInstanceOf(LocalCaError)
    expect(error.message).toContain(file)
  })

  it('reports a directory that can not be made', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(createLocalCa(join(directory, 'file', 'certs'))).rejects.toBeInstanceOf(LocalCaError)
  })
})

describe('a leaf of the local CA', () => {
  it('covers the host, is signed by the CA and says so by key identifier', async () => {
    const ca = await createLocalCa(directory)
    const leaf = new X509Certificate((await ca.leafFor('Shop.Example.com.'))!.certPem)
    const authority = new X509Certificate(ca.certPem)
    expect(leaf.subjectAltName).toBe('DNS:shop.example.com')
    expect(leaf.checkIssued(authority)).toBe(true)
    expect(leaf.verify(authority.publicKey)).toBe(true)
    expect(leaf.ca).toBe(false)
    expect(authority.ca).toBe(true)
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  })

  it('is valid for no more than 825 days and already now', async () => {
    const ca = await createLocalCa(directory)
    const leaf = new X509Certificate((await ca.leafFor('a.test'))!.certPem)
    const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000
    expect(days).toBeLessThanOrEqual(825)
    expect(leaf.validFromDate.getTime()).toBeLessThan(Date.now())
  })

  it('names an IP address as such', async () => {
    const ca = await createLocalCa(directory)
    const leaf = new X509Certificate((await ca.leafFor('127.0.0.1'))!.certPem)
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
  })

  it('is good for loopback addresses too when it is for localhost', async () => {
    const ca = await createLocalCa(directory)
    const leaf = new X509Certificate((await ca.leafFor('localhost'))!.certPem)
    expect([leaf.checkHost('localhost'), leaf.checkIP('127.0.0.1'), leaf.checkIP('::1')]).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
    ])
    expect(leaf.checkHost('a.localhost')).toBeUndefined()
  })

  it('ends no later than the authority', async () => {
    const ca = await createLocalCa(directory)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3500 * 86_400_000 })
    const leaf = new X509Certificate((await ca.leafFor('a.test'))!.certPem)
    expect(leaf.validToDate).toEqual(new X509Certificate(ca.certPem).validToDate)
  })

  it('is the same each time although the authority is about to expire', async () => {
    const ca = await createLocalCa(directory)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3640 * 86_400_000 })
    const leaf = await ca.leafFor('a.test')
    expect(await ca.leafFor('a.test')).toBe(leaf)
  })

  it('is made once for handshakes that arrive together', async () => {
    const ca = await createLocalCa(directory)
    const leaves = await Promise.all([ca.leafFor('a.test'), ca.leafFor('A.test'), ca.leafFor('a.test.')])
    expect(new Set(leaves.map(leaf => leaf!.certPem)).size).toBe(1)
  })

  it('is renewed before it expires, once for all who ask', async () => {
    const ca = await createLocalCa(directory)
    const old = await ca.leafFor('a.test')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 390 * 86_400_000 })
    const [one, two] = await Promise.all([ca.leafFor('a.test'), ca.leafFor('a.test')])
    expect(one!.certPem).not.toBe(old!.certPem)
    expect(two).toBe(one)
  })

  it('is not made for a new name while too many others are, but stays for those that have one', async () => {
    let isFull = false
    const ca = await createLocalCa(directory, { takeTurn: () => (isFull ? undefined : 0) })
    const known = await ca.leafFor('known.test')
    isFull = true
    expect(await ca.leafFor('new.test')).toBeUndefined()
    expect(await ca.leafFor('known.test')).toBe(known)
    // Near its end it would be replaced.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 390 * 86_400_000 })
    expect(await ca.leafFor('known.test')).toBe(known)
  })

  it('covers a name of 253 characters', async () => {
    const ca = await createLocalCa(directory)
    const host = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(letter === 'd' ? 61 : 63)).join('.')
    expect(host).toHaveLength(253)
    const leaf = new X509Certificate((await ca.leafFor(host))!.certPem)
    expect(leaf.subjectAltName).toBe(`DNS:${host}`)
  })
})

describe('readCertificateName', () => {
  it.each([
    'a'.repeat(300),
    `${'a'.repeat(64)}.com`,
    'bücher.example',
    'a\0b.example',
    'a\nb',
    'a b',
    '-a.example',
    'a..b',
    '',
    '.',
    'a.*.example',
    'fe80::1%eth0',
    'DNS:evil,IP:1.2.3.4',
  ])('refuses %j', host => {
    expect(readCertificateName(host)).toBeUndefined()
  })

  it.each([
    ['Foo.COM.', 'dns', 'foo.com'],
    ['*.foo.com', 'dns', '*.foo.com'],
    ['localhost', 'dns', 'localhost'],
    ['my_app.test', 'dns', 'my_app.test'],
    ['::1', 'ip', '::1'],
  ])('reads %j', (host, kind, name) => {
    expect(readCertificateName(host)).toEqual({ kind, name })
  })
})
