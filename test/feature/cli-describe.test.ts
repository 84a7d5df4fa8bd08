// `portico describe host`: which certificate a host gets and why, without serving anything.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DescribedHost } from '../../src/cli/describe/describe-host.ts'
import { createAuthority } from '../support/authority.ts'
import { selfSigned } from '../support/certificates.ts'
import { configMapText, documents, ingressText, secretText, serviceText } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { runPortico } from '../support/portico-process.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-describe-'))
  const authority = await createAuthority('CN=Private Authority')
  const extra = await selfSigned('extra.test')
  const tls = (host: string, secretName: string) => ({
    rules: { [host]: ['Prefix / web:80', 'Prefix /api web:80'] },
    tls: [{ hosts: [host], secretName }],
  })
  const rules = (host: string) => ({ rules: { [host]: ['Prefix / web:80'] } })
  const text = documents(
    ingressText({ name: 'own', ...tls('own.test', 'own') }),
    secretText('own', await selfSigned('own.test', 'www.own.test')),
    ingressText({ name: 'wild', ...tls('*.wild.test', 'wild') }),
    secretText('wild', await selfSigned('*.wild.test')),
    ingressText({ name: 'ending', ...tls('client.test', 'ending') }),
    secretText('ending', await authority.sign('CN=client.test', { validDays: 3.5 })),
    ingressText({ name: 'lost', ...tls('lost.test', 'lost') }),
    ingressText({ name: 'plain', ...rules('plain.test') }),
    ingressText({ name: 'raw', ...rules('raw.test'), annotations: nginx({ 'ssl-passthrough': 'true' }) }),
    ingressText({
      name: 'closed',
      ...rules('closed.test'),
      annotations: nginx({ 'auth-tls-secret': 'default/nowhere' }),
    }),
    ingressText({ name: 'extra', ...tls('extra.test', 'extra') }),
    secretText('extra', { ...extra, certPem: `${extra.certPem}\n${authority.certPem}` }),
    serviceText('web'),
    configMapText('config', { 'ssl-protocols': 'TLSv1.3' }),
    configMapText('strict', { 'ssl-reject-handshake': 'true' }),
  )
  await writeFile(join(directory, 'all.yaml'), text)
})
afterAll(() => rm(directory, { recursive: true }))

async function verdictOn(host: string, ...flags: string[]): Promise<DescribedHost & { code: number | null }> {
  const certDir = join(directory, 'no-authority-yet')
  const args = ['describe', 'host', host, join(directory, 'all.yaml'), '--cert-dir', certDir, '-o', 'json']
  const { code, stdout } = await runPortico([...args, ...flags])
  return { ...JSON.parse(stdout), code }
}

describe('describe host', () => {
  it('says which certificate of a Secret a host gets, and what is in it', async () => {
    const [own, wild] = await Promise.all([verdictOn('own.test'), verdictOn('any.wild.test')])
    expect(own).toMatchObject({
      code: 0,
      servedBy: 'own.test',
      paths: 2,
      handshake: 'ended here',
      secret: 'default/own',
      facts: { names: ['own.test', 'www.own.test'], daysLeft: 89, key: 'EC prime256v1', trust: 'itself' },
      versions: { min: 'TLSv1.2', max: 'TLSv1.3' },
      findings: [],
      curl: 'curl -k --resolve own.test:8443:127.0.0.1 https://own.test:8443/',
    })
    expect(own.why).toMatch(/^exact/)
    expect(own.from).toMatch(/all\.yaml:\d+:\d+$/)
    expect(wild).toMatchObject({ servedBy: '*.wild.test', secret: 'default/wild' })
    expect(wild.why).toMatch(/^wildcard/)
  })

  it('says what is wrong with it, and ends with 1', async () => {
    const [ending, lost] = await Promise.all([verdictOn('client.test'), verdictOn('Lost.test.')])
    expect(ending).toMatchObject({
      code: 1,
      facts: { daysLeft: 3, chain: ['client.test'], trust: 'unknown' },
    })
    expect(ending.findings).toEqual([expect.stringContaining('warning tls-certificate-expires ')])
    expect(lost).toMatchObject({ code: 1, certificate: 'local CA' })
    expect(lost.findings).toEqual([expect.stringContaining('error tls-secret-missing ')])
    expect(lost.why).toContain('"lost"')
    expect(lost.curl).toContain('--cacert')
  })

  it('tells the default, the local CA, passthrough and refusal apart', async () => {
    const [plain, fallback, unknown, raw, refused] = await Promise.all([
      verdictOn('plain.test', '--config-map', 'default/config'),
      verdictOn('plain.test', '--default-ssl-certificate', 'default/own'),
      verdictOn('unknown.test'),
      verdictOn('raw.test'),
      verdictOn('unknown.test', '--config-map', 'default/strict'),
    ])
    expect(plain).toMatchObject({ code: 0, certificate: 'local CA', versions: { min: 'TLSv1.3' } })
    expect(fallback).toMatchObject({ code: 1, secret: 'default/own' })
    expect(fallback.why).toMatch(/^default/)
    expect(fallback.findings).toEqual([expect.stringMatching(/not-covered .* not for this host/)])
    expect(unknown).toMatchObject({ code: 1, certificate: 'local CA', paths: 0 })
    expect(unknown).not.toHaveProperty('servedBy')
    expect(raw).toMatchObject({ handshake: 'handed on', handedOnTo: 'default/web' })
    expect(refused).toMatchObject({ code: 1, handshake: 'refused' })
  })

  it('says that the default certificate is missing, and that a host is closed', async () => {
    const [plain, closed] = await Promise.all([
      verdictOn('plain.test', '--default-ssl-certificate', 'default/nowhere'),
      verdictOn('closed.test'),
    ])
    expect(plain).toMatchObject({ code: 1, certificate: 'local CA' })
    expect(plain.why).toContain('Secret default/nowhere (--default-ssl-certificate) is missing')
    expect(plain.findings).toEqual([expect.stringContaining('error tls-secret-missing default certificate')])
    expect(closed.closed).toEqual([expect.stringMatching(/^403: auth-tls-secret .*does not exist/)])
  })

  it('says who signed the certificate of a Secret, whatever else lies beside it', async () => {
    const extra = await verdictOn('extra.test')
    expect(extra.facts).toMatchObject({ chain: ['extra.test'], issuer: 'extra.test', trust: 'itself' })
    expect(extra.findings).toEqual([expect.stringMatching(/^note tls-chain-mended .*Private Authority/)])
  })

  it('is a page for people without -o json, and refuses what is no host', async () => {
    const file = join(directory, 'all.yaml')
    const run = (...args: string[]) => runPortico(['describe', ...args])
    const [page, badName, badKind] = await Promise.all([
      run('host', 'OWN.test.', '-f', file),
      run('host', 'a b', file),
      run('hosst', 'own.test', '-f', file),
    ])
    expect(page.stdout).toMatch(/^Host +own\.test\nRules +2 paths\nCertificate +Secret default\/own \(/)
    expect(page.stdout).toMatch(/^ {2}valid +.*, 89 days left$/m)
    expect([badName.code, badKind.code]).toEqual([2, 2])
  })
})
