import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeAuthority } from '../certificates/sign.ts'
import { findProgram, runCommand } from './command.ts'
import { nssStores } from './nss-stores.ts'
import { isSameCertificate, type TrustStore, TrustStoreError } from './trust-store.ts'

const hasCertutil = findProgram('tstclnt') !== undefined

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'portico-nss-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function database(path: string): void {
  mkdirSync(join(home, path), { recursive: true })
  execFileSync('certutil', ['-N', '--empty-password', '-d', `sql:${join(home, path)}`])
}

/** A new authority's certificate in a file. */
async function certificate(): Promise<{ file: string; pem: string }> {
  const file = join(home, 'portico.crt')
  const pem = (await makeAuthority()).certPem
  writeFileSync(file, pem)
  return { file, pem }
}

async function install(store: TrustStore, stored: { file: string; pem: string }): Promise<number> {
  const commands = await store.installing(stored)
  for (const command of commands) expect(await runCommand(command)).toMatchObject({ code: 0 })
  return commands.length
}

describe.skipIf(!hasCertutil)('the databases of NSS', () => {
  it('are found where browsers keep them', () => {
    for (const path of [
      '.local/share/pki/nssdb',
      '.mozilla/firefox/a.default',
      'snap/chromium/current/.pki/nssdb',
    ])
      database(path)
    expect(nssStores(home, '').map(({ name }) => name)).toEqual([
      `NSS ${home}/.local/share/pki/nssdb (Chromium)`,
      `NSS ${home}/snap/chromium/current/.pki/nssdb (Chromium)`,
      `NSS ${home}/.mozilla/firefox/a.default (Firefox)`,
    ])
  })

  it('are found in the data directory that the user has chosen', () => {
    database('data/pki/nssdb')
    expect(nssStores(home, join(home, 'data')).map(({ name }) => name)).toEqual([
      `NSS ${home}/data/pki/nssdb (Chromium)`,
    ])
  })

  it('hold the latest certificate alone, and need nothing when they hold it', async () => {
    database('.pki/nssdb')
    const [store] = nssStores(home, '') as [TrustStore]
    await install(store, await certificate())
    const latest = await certificate()
    expect(await install(store, latest)).toBe(2)
    expect((await store.held()).map(pem => isSameCertificate(pem, latest.pem))).toEqual([true])
    expect(await store.installing(latest)).toEqual([])
    for (const command of await store.removing()) await runCommand(command)
    expect([await store.held(), await store.removing()]).toEqual([[], []])
  })

  it('that are damaged are not taken for empty ones', async () => {
    mkdirSync(join(home, '.pki/nssdb'), { recursive: true })
    writeFileSync(join(home, '.pki/nssdb/cert9.db'), 'not a database')
    // And a file where profiles should be is none of our business.
    mkdirSync(join(home, '.mozilla'))
    writeFileSync(join(home, '.mozilla/firefox'), '')
    const [store] = nssStores(home, '') as [TrustStore]
    await expect(store.removing()).rejects.toThrow(TrustStoreError)
  })

  it('that hold the certificate without trusting it are mended', async () => {
    database('.pki/nssdb')
    const [store] = nssStores(home, '') as [TrustStore]
    const stored = await certificate()
    await install(store, stored)
    execFileSync('certutil', ['-M', '-n', 'Portico local CA', '-t', ',,', '-d', `sql:${home}/.pki/nssdb`])
    expect(await install(store, stored)).toBe(2)
    expect(await store.installing(stored)).toEqual([])
  })
})
