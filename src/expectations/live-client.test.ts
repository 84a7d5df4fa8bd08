import { createServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../../test/support/certificates.ts'
import { LiveClient } from './live-client.ts'

test('the handshake asks for the name that the case says, not for the one of its Host field', async () => {
  const { certPem: cert, keyPem: key } = await selfSigned('any.test')
  const server = createServer({ cert, key }, ({ socket, headers: { host = '' } }, response) => {
    response.setHeader('X-Seen', `${(socket as TLSSocket).servername} ${host}`).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const https = `https://127.0.0.1:${port}`
  const client = new LiveClient({ http: undefined, https, ca: undefined, insecure: true })
  const seen = async (sni: string | undefined) => {
    const more = { headers: [], cookies: [], clientIp: undefined }
    const answer = await client.send({ method: 'GET', url: 'https://shop.test/', sni, ...more })
    return 'problem' in answer ? answer.problem : answer.fields.get('x-seen')
  }
  expect(await seen('other.test')).toBe('other.test shop.test')
  expect(await seen(undefined)).toBe('shop.test shop.test')
  expect(await seen('')).toBe('false shop.test')
  await client.close()
  const careful = new LiveClient({ http: undefined, https, ca: undefined, insecure: false })
  const nothing = { headers: [], cookies: [], sni: undefined, clientIp: undefined }
  expect(await careful.send({ method: 'GET', url: 'https://any.test/', ...nothing })).toEqual({
    problem: expect.stringMatching(/^no answer: [^;]*certificate[^;]* \(-k takes any certificate\)$/),
  })
  await careful.close()
})
