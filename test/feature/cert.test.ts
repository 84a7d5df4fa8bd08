// `portico cert`: the pair and the Secret manifest work where they are meant to be used.
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { load } from 'js-yaml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPortico, startPortico } from '../support/portico-process.ts'

const run = promisify(execFile)
/** Nothing but Node and npm is asked of a developer's machine; continuous integration has it. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-cert-'))
})
afterEach(() => rm(directory, { recursive: true }))

function cert(...args: string[]) {
  return runPortico(['cert', ...args, '--cert-dir', directory])
}

describe('the pair', () => {
  it.skipIf(!hasOpenssl)('is accepted by a strict verifier for every host it was made for', async () => {
    const { code } = await cert('shop.test', '*.shop.test', '127.0.0.1')
    expect(code).toBe(0)
    const ca = join(directory, 'portico-ca.crt')
    const file = join(directory, 'shop.test.crt')
    for (const check of [
      ['-verify_hostname', 'shop.test'],
      ['-verify_hostname', 'a.shop.test'],
      ['-verify_ip', '127.0.0.1'],
    ]) {
      const { stdout } = await run('openssl', [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        ca,
        ...check,
        file,
      ])
      expect(stdout).toContain(': OK')
    }
    await expect(
      run('openssl', ['verify', '-CAfile', ca, '-verify_hostname', 'b.a.shop.test', file]),
    ).rejects.toThrow()
  })

  it('lies where it is asked for, its key readable by the owner alone', async () => {
    const out = join(directory, 'out')
    const { stderr } = await cert('*.shop.test', '--out', out)
    expect(stderr).toContain(join(out, '_wildcard.shop.test.crt'))
    expect((await stat(join(out, '_wildcard.shop.test.key'))).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['a b', 'that no certificate can carry'],
    ['*.localhost', 'that no client would take'],
  ])('is refused for a name such as %s, %s', async host => {
    const { code, stdout } = await cert('shop.test', host)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('does not take the place of what the authority keeps beside it', async () => {
    for (const host of ['portico-ca', 'portico-trusted'])
      expect(await cert(host)).toMatchObject({ code: 2, stdout: '' })
  })

  it('can not be written below a file', async () => {
    await writeFile(join(directory, 'file'), '')
    expect((await cert('shop.test', '--out', join(directory, 'file', 'out'))).code).toBe(3)
  })

  it.skipIf(!existsSync('/proc/self')).each(['--out', '--cert-dir'])(
    'can not be written where no directory can be made, as %s /proc/nope says',
    async flag => {
      const { code, stderr } = await runPortico([
        'cert',
        'shop.test',
        '--cert-dir',
        directory,
        flag,
        '/proc/nope',
      ])
      expect(code).toBe(3)
      expect(stderr).toContain('/proc/nope')
    },
  )
})

describe('the Secret on standard output', () => {
  it('is what kubectl would print for the pair', async () => {
    const { stdout } = await cert('shop.test', '--namespace', 'shop')
    expect(stdout.replaceAll(/^( {2}tls\.\w+): \S+$/gm, '$1: …')).toBe(`apiVersion: v1
data:
  tls.crt: …
  tls.key: …
kind: Secret
metadata:
  creationTimestamp: null
  name: shop-test-tls
  namespace: shop
type: kubernetes.io/tls
`)
    const { data } = load(stdout) as { data: Record<string, string> }
    expect(Buffer.from(data['tls.crt']!, 'base64').toString()).toBe(
      await readFile(join(directory, 'shop.test.crt'), 'utf8'),
    )
    expect(Buffer.from(data['tls.key']!, 'base64').toString()).toBe(
      await readFile(join(directory, 'shop.test.key'), 'utf8'),
    )
  })

  it.each([
    ['_acme.shop.test', 'acme-shop-test-tls'],
    ['::1', '1-tls'],
    ['::', 'tls'],
  ])('gets a name that a cluster takes for %s', async (host, name) => {
    const { stdout } = await cert(host)
    expect(load(stdout)).toMatchObject({ metadata: { name } })
  })

  it.each([
    ['--name', 'Bad_Name'],
    ['--name', 'a..b'],
    ['--name', 'a\nkind: Pod'],
    ['--namespace', 'Bad_Name'],
    ['--namespace', 'a.b'],
  ])('is refused with %s %j, which no cluster takes', async (flag, value) => {
    const { code, stdout, stderr } = await cert('shop.test', flag, value)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(flag)
  })

  it('is served for its host', async () => {
    const { stdout } = await cert('shop.test', '--name', 'web-tls')
    const manifest = join(directory, 'manifest.yaml')
    await writeFile(
      manifest,
      `${stdout}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  tls: [{hosts: [shop.test], secretName: web-tls}]
  rules:
    - host: shop.test
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`,
    )
    const ports = ['--http-port', '0', '--https-port', '0', '--admin', 'off']
    const portico = startPortico(['run', manifest, ...ports, '--cert-dir', directory])
    try {
      const ready = await portico.nextEvent('ready')
      const [host, port] = (ready.https as string).split(':')
      const ca = await readFile(join(directory, 'portico-ca.crt'))
      const socket = connect({ host, port: Number(port), servername: 'shop.test', ca })
      await once(socket, 'secureConnect')
      const shown = socket.getPeerX509Certificate()!.toString()
      socket.destroy()
      expect(shown.trim()).toBe((await readFile(join(directory, 'shop.test.crt'), 'utf8')).trim())
    } finally {
      portico.kill('SIGKILL')
      await portico.exited
    }
  })
})
