// What holds for requests holds for those that open a WebSocket: who may, where it goes, who stays where, what is logged.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { manifestDirectory } from '../support/manifests.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startPortico } from '../support/portico-process.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'
import { openWebSocket, startWebSocketBackend } from '../support/web-socket.ts'

const rules = (service: string) => ({ 'a.test': [`Prefix / ${service}:80`] })

/** A backend that tells its name to whoever opens a WebSocket. */
async function startNamed(name: string): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', socket => socket.send(name))
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Opened {
  /** 101, or why there is none. */
  readonly status: number
  /** Name of the backend. */
  readonly name: string
  readonly cookies: readonly string[]
}

async function open(port: number, headers: Record<string, string> = {}): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Host: 'a.test', ...headers } })
  socket.on('error', () => {})
  onTestFinished(() => socket.terminate())
  const named = once(socket, 'message')
  const answered = Promise.race([once(socket, 'upgrade'), once(socket, 'unexpected-response')])
  const response = (await answered).at(-1) as IncomingMessage
  const isOpen = response.statusCode === 101
  if (!isOpen) named.catch(() => {})
  return {
    status: response.statusCode!,
    name: isOpen ? String((await named)[0]) : '',
    cookies: (response.headers['set-cookie'] ?? []).map(cookie => cookie.split(';')[0]!),
  }
}

test('goes to the canary where a request would', async () => {
  const [stable, canary] = [await startNamed('stable'), await startNamed('canary')]
  const manifest = documents(
    ingressText({ rules: rules('stable') }),
    canaryText({ name: 'canary', rules: rules('canary') }, { 'by-header': 'X-Canary' }),
    serviceText('stable', { endpoints: [stable] }),
    serviceText('canary', { endpoints: [canary] }),
  )
  const proxy = await startProxy({ files: { 'web.yaml': manifest } })
  expect((await open(proxy.httpPort)).name).toBe('stable')
  expect((await open(proxy.httpPort, { 'X-Canary': 'always' })).name).toBe('canary')
})

test('stays with its endpoint by the cookie that came with the 101', async () => {
  const endpoints = await Promise.all(['one', 'two', 'three'].map(startNamed))
  const annotations = nginx({ affinity: 'cookie' })
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', endpoints.join(','), { annotations }) },
  })
  const { name, cookies } = await open(proxy.httpPort)
  expect(cookies).toHaveLength(1)
  for (let i = 0; i < 4; i++) expect((await open(proxy.httpPort, { Cookie: cookies[0]! })).name).toBe(name)
})

test('opens to nobody who has not logged in', async () => {
  const annotations = nginx({ 'auth-type': 'basic', 'auth-secret': 'users' })
  const users =
    'kind: Secret\napiVersion: v1\nmetadata: { name: users }\nstringData: { auth: "ann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=" }\n'
  const proxy = await startProxy({
    files: { 'web.yaml': `${serving('a.test', await startNamed('web'), { annotations })}---\n${users}` },
  })
  expect((await open(proxy.httpPort)).status).toBe(401)
  const { status, name } = await open(proxy.httpPort, { Authorization: `Basic ${btoa('ann:password')}` })
  expect([status, name]).toEqual([101, 'web'])
})

test('is logged when it is over, with what it carried', async () => {
  const directory = await manifestDirectory({ 'web.yaml': serving('a.test', await startWebSocketBackend()) })
  const ports = ['--http-port', '0', '--https-port', '0', '--admin', 'off']
  const portico = startPortico(['run', directory.path, ...ports, '--access-log', 'nginx'])
  onTestFinished(async () => {
    portico.kill('SIGKILL')
    await portico.exited
  })
  const { http } = await portico.nextEvent('ready')
  const socket = await openWebSocket(Number(String(http).split(':').at(-1)), 'a.test')
  socket.send('12345')
  await once(socket, 'message')
  socket.close()

  // `echo 12345` and the frame that closes, with two octets before each.
  expect(await portico.nextMessage('"GET / HTTP/1.1"')).toMatch(/ 101 14 "-" "-" \d+ \d+\.\d{3} .* 101 \w+$/)
})
