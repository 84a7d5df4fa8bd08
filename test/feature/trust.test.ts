// `portico trust` and `untrust`, in a home directory and a system of their own.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeAuthority } from '../../src/certificates/sign.ts'
import { type ProcessResult, runPortico } from '../support/portico-process.ts'
import { hasPty, startOnTerminal } from '../support/pty-process.ts'
import { serving } from '../support/serving.ts'

/** Nothing but Node and npm is asked of a developer's machine; continuous integration has them. */
const hasCertutil = existsSync('/usr/bin/certutil')
const hasUpdateCaCertificates = existsSync('/usr/sbin/update-ca-certificates')

let home: string
let manifests: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'portico-trust-'))
  manifests = join(home, 'shop.yaml')
  await writeFile(manifests, serving('tomcat.lucky.com', '127.0.0.1:3000'))
})
afterEach(() => rm(home, { recursive: true }))

function environment(): Record<string, string> {
  return { HOME: home, XDG_DATA_HOME: join(home, 'data') }
}

function portico(...args: string[]): Promise<ProcessResult> {
  return runPortico(args, { env: environment(), cwd: home })
}

function database(directory: string): string {
  execFileSync('certutil', ['-N', '--empty-password', '-d', `sql:${directory}`])
  return directory
}

function flagsIn(directory: string): string {
  const listed = execFileSync('certutil', ['-L', '-d', `sql:${directory}`], { encoding: 'utf8' })
  return /^Portico local CA +(\S+) *$/m.exec(listed)?.[1] ?? 'absent'
}

describe.skipIf(!hasCertutil)('the stores of browsers', () => {
  let chromium: string
  let firefox: string
  const nss = ['--store', 'nss']
  beforeEach(async () => {
    chromium = join(home, '.pki', 'nssdb')
    firefox = join(home, '.mozilla', 'firefox', 'abc.default')
    for (const directory of [chromium, firefox]) await mkdir(directory, { recursive: true })
    database(chromium)
    database(firefox)
  })

  it('take the certificate for servers only, accept the hosts of the manifests, and give it back', async () => {
    const trusted = await portico('trust', manifests, ...nss, '--yes')
    expect(trusted).toMatchObject({ code: 0, stdout: expect.stringContaining('NODE_EXTRA_CA_CERTS=') })
    expect([flagsIn(chromium), flagsIn(firefox)]).toEqual(['C,,', 'C,,'])

    const checked = await portico('trust', manifests, ...nss, '--check')
    expect(checked.stdout).toBe(
      `NSS ${chromium} (Chromium): accepts localhost, tomcat.lucky.com\n` +
        `NSS ${firefox} (Firefox): accepts localhost, tomcat.lucky.com\n`,
    )
    expect(checked.code).toBe(0)
    expect((await portico('untrust', ...nss, '--yes')).code).toBe(0)
    expect([flagsIn(chromium), flagsIn(firefox)]).toEqual(['absent', 'absent'])
  })

  it('stay as they are where nobody can be asked', async () => {
    const { code, stdout, stderr } = await portico('trust', manifests, ...nss)
    expect({ code, error: stderr.includes('--yes') }).toEqual({ code: 2, error: true })
    // What would have been run is shown before anybody is asked.
    expect(stdout).toContain(`-d sql:${chromium} -A -t C,, -n 'Portico local CA'`)
    expect([flagsIn(chromium), flagsIn(firefox)]).toEqual(['absent', 'absent'])
    expect(existsSync(join(home, 'data', 'portico', 'portico-trusted.crt'))).toBe(false)
  })

  it('are told apart: one that is damaged fails, the others are changed', async () => {
    await writeFile(join(chromium, 'cert9.db'), 'not a database')
    for (const command of ['trust', 'untrust']) {
      const { code, stdout } = await portico(command, ...nss, '--yes')
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: expect.stringMatching(/\(Chromium\): failed: .*\n.*\(Firefox\): done/),
      })
    }
  })

  it.skipIf(!hasPty)('stay as they are when the terminal does not say yes', async () => {
    const terminal = await startOnTerminal(['trust', manifests, ...nss], environment())
    await terminal.seen(/\[y\/N\]/)
    terminal.type('\n')
    expect(await terminal.exited).toBe(1)
    expect(flagsIn(chromium)).toBe('absent')
  })
})

describe('the stores of browsers without the program that changes them', () => {
  it('are reported with the packages that bring it', async () => {
    const programs = join(home, 'programs')
    await mkdir(join(home, '.pki', 'nssdb'), { recursive: true })
    await mkdir(programs)
    await writeFile(join(home, '.pki', 'nssdb', 'cert9.db'), '')
    await symlink(process.execPath, join(programs, 'node'))
    await symlink('/usr/bin/dirname', join(programs, 'dirname'))
    const options = { env: { ...environment(), PATH: programs }, cwd: home }
    const { code, stdout } = await runPortico(['trust', '--store', 'nss', '--yes'], options)
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('install libnss3-tools') })
    const checked = await runPortico(['trust', '--store', 'nss', '--check'], options)
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('install libnss3-tools') })
  })
})

describe.skipIf(!hasUpdateCaCertificates)('the store of a Debian system', () => {
  let root: string
  let system: string[]
  beforeEach(async () => {
    root = join(home, 'root')
    const folders = ['usr/share/ca-certificates', 'usr/local/share/ca-certificates', 'etc/ssl/certs']
    for (const folder of [...folders, 'etc/ca-certificates/update.d'])
      await mkdir(join(root, folder), { recursive: true })
    await writeFile(join(root, 'etc/ca-certificates.conf'), '# none\n')
    await writeFile(join(root, 'usr/local/share/ca-certificates/other.crt'), (await makeAuthority()).certPem)
    system = ['--store', 'system', '--system-root', root]
  })

  it('takes the certificate, accepts the hosts of the manifests and no others, and gives it back', async () => {
    expect((await portico('trust', manifests, ...system, '--yes')).code).toBe(0)
    const bundle = join(root, 'etc/ssl/certs/ca-certificates.crt')
    const trusted = await readFile(join(home, 'data/portico/portico-trusted.crt'), 'utf8')
    expect(await readFile(bundle, 'utf8')).toContain(trusted)
    expect((await stat(join(home, 'data/portico/portico-ca.pem'))).mode & 0o777).toBe(0o600)

    const checked = await portico('trust', manifests, ...system, '--check', '--domain', 'www.google.com')
    expect(checked.stdout).toContain(
      'accepts localhost, tomcat.lucky.com; refuses www.google.com: permitted subtree violation',
    )
    expect(checked.code).toBe(1)

    expect((await portico('untrust', ...system, '--yes')).code).toBe(0)
    expect((await readFile(bundle, 'utf8')).match(/BEGIN/g)).toHaveLength(1)
    expect(await readdir(join(root, 'usr/local/share/ca-certificates'))).toEqual(['other.crt'])
  })
})

describe('what can not be done', () => {
  it('is told with the directory that is not there, and with a file that can not be written', async () => {
    const nowhere = await portico('trust', '--store', 'system', '--system-root', join(home, 'no'), '--yes')
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining(join(home, 'no')) })
    const file = join(home, 'data', 'portico', 'portico-trusted.crt')
    await mkdir(file, { recursive: true })
    const unwritten = await portico('trust', '--store', 'nss', '--yes')
    expect(unwritten).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^error: .*portico-trusted\.crt/),
    })
  })
})

describe('what may be trusted', () => {
  it.skipIf(process.getuid?.() !== 0)('is nothing of root’s for a user who has become root', async () => {
    const env = { ...environment(), SUDO_UID: '1000' }
    const { code, stderr } = await runPortico(['trust', '--yes'], { env, cwd: home })
    expect({ code, named: stderr.includes('sudo') }).toEqual({ code: 2, named: true })
  })

  it('is no top-level domain that a wildcard of the manifests would make it', async () => {
    await writeFile(manifests, serving('*.dev', '127.0.0.1:3000'))
    const { stdout } = await portico('trust', manifests, '--store', 'nss')
    expect(stdout).toContain('*.dev is left out')
    expect(stdout).toMatch(/^ {2}example, home\.arpa, internal, local, localhost, test$/m)
  })
})
