// Sessions resumed, answers about revocation stapled, and dates of certificates while nobody touches a file.
import { once } from 'node:events'
import { type ConnectionOptions, connect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CertifiedKey } from '../../src/certificates/sign.ts'
import { askOver } from '../support/ask-over.ts'
import { createAuthority } from '../support/authority.ts'
import { startEchoBackend } from '../support/backend.ts'
import { selfSigned } from '../support/certificates.ts'
import { documents, ingressText, secretText, textOf } from '../support/manifest-text.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { ocspResponse } from '../support/ocsp-response.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'
import { shakeHands } from '../support/shake-hands.ts'

/** A session as a client keeps it; in TLS 1.3 it comes after the handshake. */
async function sessionOf(port: number, host: string, options: ConnectionOptions = {}): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false, ...options })
  onTestFinished(() => void socket.destroy())
  const [[session]] = await Promise.all([once(socket, 'session'), once(socket, 'secureConnect')])
  expect(await askOver(socket, host)).toContain('200 OK')
  return session
}

async function isResumed(port: number, host: string, session: Buffer, options: ConnectionOptions = {}) {
  return (await shakeHands(port, host, { ...options, session })).isSessionReused()
}

/** An Ingress for `host` with the Secret of its name, and a backend that echoes. */
async function tlsHost(host: string, annotations: Record<string, string> = {}): Promise<string> {
  const { address } = await startEchoBackend()
  const name = host.replace('.', '-')
  const tls = [{ hosts: [host], secretName: name }]
  const rules = { [host]: [`Prefix / ${name}:80`] }
  const [, service] = serving(host, address, { name }).split('---\n')
  return documents(ingressText({ name, rules, tls, annotations: nginx(annotations) }), service!)
}

async function replace(proxy: TestProxy, file: string, text: string): Promise<void> {
  const next = proxy.nextChange()
  await proxy.manifests.replace(file, text)
  await next
}

describe('a session', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'of %s is resumed over changes, until its certificate is replaced',
    async maxVersion => {
      const proxy = await startProxy({
        files: {
          'a.yaml': await tlsHost('a.com'),
          'a-tls.yaml': secretText('a-com', await selfSigned('a.com')),
          'b.yaml': documents(await tlsHost('b.com'), secretText('b-com', await selfSigned('b.com'))),
        },
      })
      expect(proxy.codes()).toEqual([])
      const port = proxy.httpsPort
      const session = await sessionOf(port, 'a.com', { maxVersion })
      expect(await isResumed(port, 'a.com', session, { maxVersion })).toBe(true)

      await replace(
        proxy,
        'c.yaml',
        documents(await tlsHost('c.com'), secretText('c-com', await selfSigned('c.com'))),
      )
      expect(await isResumed(port, 'a.com', session, { maxVersion })).toBe(true)

      await replace(proxy, 'a-tls.yaml', secretText('a-com', await selfSigned('a.com', 'new.a.com')))
      const socket = await shakeHands(port, 'a.com', { maxVersion, session })
      expect(socket.isSessionReused()).toBe(false)
      expect(socket.getPeerCertificate().subjectaltname).toContain('new.a.com')
      const renewed = await sessionOf(port, 'a.com', { maxVersion })
      expect(await isResumed(port, 'a.com', renewed, { maxVersion })).toBe(true)
    },
  )

  test('with a certificate of the local authority is not resumed once the Secret is there', async () => {
    const proxy = await startProxy({ files: { 'a.yaml': await tlsHost('a.com') } })
    const port = proxy.httpsPort
    const session = await sessionOf(port, 'a.com')
    expect(await isResumed(port, 'a.com', session)).toBe(true)
    await replace(proxy, 'a-tls.yaml', secretText('a-com', await selfSigned('a.com')))
    expect(await isResumed(port, 'a.com', session)).toBe(false)
  })

  test('is not resumed once its host asks for other ciphers', async () => {
    const secret = secretText('a-com', await selfSigned('a.com'))
    const proxy = await startProxy({ files: { 'a.yaml': documents(await tlsHost('a.com'), secret) } })
    const port = proxy.httpsPort
    const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256'
    const session = await sessionOf(port, 'a.com', { maxVersion: 'TLSv1.2', ciphers })
    const strict = await tlsHost('a.com', { 'ssl-ciphers': 'ECDHE-ECDSA-AES256-GCM-SHA384' })
    await replace(proxy, 'a.yaml', documents(strict, secret))
    const cipher = async () => {
      const socket = await shakeHands(port, 'a.com', { maxVersion: 'TLSv1.2', session })
      return [socket.isSessionReused(), socket.getCipher().name]
    }
    await expect.poll(cipher).toEqual([false, 'ECDHE-ECDSA-AES256-GCM-SHA384'])
  })
})

describe('an OCSP response', () => {
  /** A Secret with a response beside its pair. */
  function stapled(name: string, pair: CertifiedKey, response: Buffer): string {
    const encode = (content: string | Buffer) => Buffer.from(content).toString('base64')
    const data = {
      'tls.crt': encode(pair.certPem),
      'tls.key': encode(pair.keyPem),
      'tls.ocsp': encode(response),
    }
    return textOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'kubernetes.io/tls', data })
  }

  /** What a client that asks is shown. */
  async function stapleFor(port: number, servername: string): Promise<Buffer | null> {
    const options = { host: '127.0.0.1', port, servername, rejectUnauthorized: false, requestOCSP: true }
    const socket = connect(options)
    onTestFinished(() => void socket.destroy())
    const [response] = await once(socket, 'OCSPResponse')
    await once(socket, 'secureConnect')
    return response
  }

  test('of the Secret is stapled for clients that ask, unless it is no longer good', async () => {
    const [one, old, other] = await Promise.all([
      selfSigned('a.com'),
      selfSigned('b.com'),
      selfSigned('c.com'),
    ])
    const response = ocspResponse(one.certPem)
    const proxy = await startProxy({
      files: {
        'a.yaml': documents(await tlsHost('a.com'), stapled('a-com', one, response)),
        'b.yaml': documents(
          await tlsHost('b.com'),
          stapled('b-com', old, ocspResponse(old.certPem, { nextUpdateMs: Date.now() - 1000 })),
        ),
        'c.yaml': documents(await tlsHost('c.com'), stapled('c-com', other, response)),
      },
    })
    expect(proxy.codes()).toEqual(['tls-staple-expired', 'tls-staple-invalid'])
    const staples = ['a.com', 'b.com', 'c.com', 'unknown.com'].map(host => stapleFor(proxy.httpsPort, host))
    expect(await Promise.all(staples)).toEqual([response, null, null, null])
  })
})

test('a certificate that is about to end is reported when its time comes, without a change of files', async () => {
  const authority = await createAuthority('CN=Authority')
  // So soon after the start that two weeks are left.
  const pair = await authority.sign('CN=a.com', { validDays: 14 + 2 / 86_400 })
  const proxy = await startProxy({
    files: { 'a.yaml': documents(await tlsHost('client.test'), secretText('client-test', pair)) },
  })
  await expect.poll(() => proxy.codes(), { timeout: 10_000 }).toEqual(['tls-certificate-expires'])
})
