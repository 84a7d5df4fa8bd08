// `portico demo`: the examples answer, and nothing stays behind.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer, request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PorticoEvent, type PorticoProcess, startPortico } from '../support/portico-process.ts'

let certs: string
let demo: PorticoProcess | undefined
beforeAll(async () => {
  certs = await mkdtemp(join(tmpdir(), 'portico-demo-'))
})
afterEach(async () => {
  demo?.kill('SIGKILL')
  await demo?.exited
})
afterAll(() => rm(certs, { recursive: true }))

function start(...args: string[]): PorticoProcess {
  demo = startPortico(['demo', '--https-port', '0', '--admin', 'off', ...args], {
    env: { PORTICO_CERT_DIR: certs },
  })
  return demo
}

async function ask(
  ready: PorticoEvent,
  host: string,
  path = '/',
  headers = {},
): Promise<{ status: number; body: string }> {
  const [address, port] = (ready.http as string).split(':')
  const outgoing = request({ host: address, port, path, headers: { ...headers, host }, agent: false }).end()
  const [response] = await once(outgoing, 'response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode, body }
}

describe('the demo', () => {
  it('answers for every example', async () => {
    const ready = await start('--http-port', '0').nextEvent('ready')
    expect((await ask(ready, 'a.whale.hey')).body).toContain('a-whale')
    expect((await ask(ready, 'tomcat.lucky.com')).body).toContain('tomcat')
    expect((await ask(ready, 'https.tomcat.lucky.com')).status).toBe(308)
    expect((await ask(ready, 'other.tomcat.lucky.com')).status).toBe(503)
    expect((await ask(ready, 'k8s.example.com', '/docs')).body).toContain('tomcat-http')
    expect((await ask(ready, 'catalog.external.example.com')).body).toContain('catalog')
    expect((await ask(ready, 'canary-service.abc.com', '/header', { test: 'always' })).body).toContain(
      'canary-hello',
    )
    expect((await ask(ready, 'canary-service.abc.com', '/header', { test: 'never' })).body).toContain(
      'from hello-service',
    )
    expect(await ask(ready, 'nobody.test')).toEqual({ status: 404, body: 'default backend - 404\n' })
  })

  it('finds no other mistakes than the two that the tomcat example contains on purpose', async () => {
    const running = start('--http-port', '0')
    await running.nextEvent('ready')
    running.kill('SIGTERM')
    await running.exited
    const findings = running.messages.filter(line => / (error|warning) /.test(line))
    expect(findings).toHaveLength(2)
    for (const finding of findings) expect(finding).toContain('tomcat/other-namespace/')
  })

  it('shows round robin over three endpoints', async () => {
    const ready = await start('--http-port', '0').nextEvent('ready')
    const bodies = [
      await ask(ready, 'dev.cbuc.cn'),
      await ask(ready, 'dev.cbuc.cn'),
      await ask(ready, 'dev.cbuc.cn'),
    ]
    expect(new Set(bodies.map(({ body }) => body)).size).toBe(3)
  })

  it('leaves a Service to whoever it is mapped to', async () => {
    const own = createHttpServer((_, response) => response.end('my own cart')).listen(0, '127.0.0.1')
    await once(own, 'listening')
    const { port } = own.address() as AddressInfo
    const ready = await start('--http-port', '0', '--map', `a-whale=127.0.0.1:${port}`).nextEvent('ready')
    const bodies = [await ask(ready, 'a.whale.hey'), await ask(ready, 'a.whale.hey')].map(({ body }) => body)
    expect(bodies).toEqual(['my own cart', 'my own cart'])
    own.closeAllConnections()
    own.close()
  })

  it('gives way when the default port is taken', async () => {
    const other = createServer()
    other.listen(8080, '127.0.0.1')
    // Whoever holds the port already does just as well.
    await once(other, 'listening').catch(() => {})
    const ready = await start().nextEvent('ready')
    expect(ready.http).not.toBe('127.0.0.1:8080')
    other.close()
  })

  it('starts a backend that died again, on the same port', async () => {
    const running = start('--http-port', '0')
    const ready = await running.nextEvent('ready')
    const before = await askCbuc(ready)
    process.kill(before[0]!.pid, 'SIGKILL')
    await running.nextMessage('a demo backend died (SIGKILL)')
    await running.nextMessage('is back')
    const after = await askCbuc(ready)
    expect(endpointsOf(after)).toEqual(endpointsOf(before))
    expect(after.map(({ pid }) => pid)).not.toContain(before[0]!.pid)
  })

  // Ctrl-C and a closed terminal reach the whole process group, and requests in flight still need their backends.
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'keeps its backends when %s is sent to them',
    async signal => {
      const ready = await start('--http-port', '0').nextEvent('ready')
      const before = await askCbuc(ready)
      for (const { pid } of before) process.kill(pid, signal)
      const after = await askCbuc(ready)
      expect(after.map(({ pid }) => pid).sort()).toEqual(before.map(({ pid }) => pid).sort())
    },
  )

  it.each(['SIGINT', 'SIGKILL'] as const)('leaves no backend behind after %s', async signal => {
    const running = start('--http-port', '0')
    const ready = await running.nextEvent('ready')
    const endpoints = endpointsOf(await askCbuc(ready))
    expect(new Set(endpoints).size).toBe(3)
    running.kill(signal)
    await running.exited
    await Promise.all(endpoints.map(refuses))
  })
})

interface DemoAnswer {
  readonly pid: number
  readonly endpoint: string
}

/** What the three endpoints of one Service say, in the order of their turns. */
async function askCbuc(ready: PorticoEvent): Promise<DemoAnswer[]> {
  const answers: DemoAnswer[] = []
  for (let turn = 0; turn < 3; turn++) {
    const { body } = await ask(ready, 'dev.cbuc.cn', '/', { accept: 'application/json' })
    answers.push(JSON.parse(body))
  }
  return answers
}

function endpointsOf(answers: readonly DemoAnswer[]): string[] {
  return answers.map(({ endpoint }) => endpoint).sort()
}

/** Resolves once nobody listens at the address any more. Nothing tells when a grandchild has gone, so it asks again. */
async function refuses(endpoint: string): Promise<void> {
  const [host, port] = endpoint.split(':')
  for (;;) {
    const socket = connect(Number(port), host)
    try {
      await once(socket, 'connect')
      // Ends with the process that holds the other side.
      await once(socket, 'close')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return
    }
  }
}
