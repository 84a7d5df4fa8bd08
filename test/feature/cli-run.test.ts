// `portico run` as scripts and supervisors see it: events, signals, exit codes.
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type PorticoEvent,
  type PorticoProcess,
  type ProcessOptions,
  startPortico,
} from '../support/portico-process.ts'

let directory: string
let manifests: string
let backend: Server
let portico: PorticoProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-cli-'))
  manifests = join(directory, 'shop.yaml')
  backend = createServer(({ url }, response) => {
    if (url !== '/never') response.end(`backend ${url}`)
  })
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  await writeFile(manifests, shop('/'))
})
afterEach(async () => {
  portico?.kill('SIGKILL')
  await portico?.exited
  portico = undefined
  backend.closeAllConnections()
  backend.close()
  await rm(directory, { recursive: true })
})

function shop(...paths: string[]): string {
  const { port } = backend.address() as AddressInfo
  const rules = paths.map(
    path =>
      `          - {path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}`,
  )
  return `apiVersion: v1
kind: Service
metadata: {name: web, annotations: {portico/endpoints: "127.0.0.1:${port}"}}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.test
      http:
        paths:
${rules.join('\n')}
`
}

const anyPorts = ['--http-port', '0', '--https-port', '0', '--admin', '127.0.0.1:0']

function start(args: readonly string[], options: ProcessOptions = {}): PorticoProcess {
  const env = { PORTICO_CERT_DIR: join(directory, 'certs'), ...options.env }
  portico = startPortico(args, { ...options, env })
  return portico
}

describe('ready', () => {
  it('is said with the ports that are bound, and the admin port agrees', async () => {
    const ready = await start(['run', directory, ...anyPorts]).nextEvent('ready')
    expect(Object.keys(ready)).toEqual(['event', 'http', 'https', 'admin'])
    expect(ready.https).toMatch(/^127\.0\.0\.1:[1-9]\d*$/)
    expect((await fetch(`http://${ready.admin}/readyz`)).status).toBe(200)
  })

  it('needs no command word', async () => {
    const ready = await start([directory, ...anyPorts]).nextEvent('ready')
    expect((await fetch(`http://${ready.http}/`)).status).toBe(404)
  })

  it('takes ports from the environment', async () => {
    const env = {
      PORTICO_HTTP_PORT: '0',
      PORTICO_HTTPS_PORT: '0',
      PORTICO_ADMIN: 'off',
      PORTICO_POLL: 'false',
    }
    const ready = await start([directory], { env }).nextEvent('ready')
    expect(ready.http).toMatch(/:[1-9]\d*$/)
    expect(ready.admin).toBeUndefined()
  })

  it('serves what standard input says', async () => {
    const ready = await start(['run', '-', ...anyPorts], { stdin: shop('/') }).nextEvent('ready')
    const response = await requestShop(ready, '/in')
    expect(response).toContain('backend /in')
  })

  it('reads ./manifests when no path is given', async () => {
    const manifestsDirectory = join(directory, 'manifests')
    await mkdir(manifestsDirectory)
    await rename(manifests, join(manifestsDirectory, 'shop.yaml'))
    const ready = await start(['run', ...anyPorts], { cwd: directory }).nextEvent('ready')
    expect(await requestShop(ready, '/here')).toContain('backend /here')
  })
})

describe('a change', () => {
  it('is said as applied once it is live', async () => {
    const running = start(['run', directory, ...anyPorts])
    const ready = await running.nextEvent('ready')
    await writeFile(manifests, shop('/', '/cart', '/pay'))
    const applied = await running.nextEvent('applied')
    expect(applied).toMatchObject({
      files: [manifests],
      routes: { added: 2, changed: 0, removed: 0 },
      errors: 0,
    })
    expect(await requestShop(ready, '/cart')).toContain('backend /cart')
  })

  it('that does not parse is said as kept, with the finding on standard error', async () => {
    const running = start(['run', directory, ...anyPorts])
    const ready = await running.nextEvent('ready')
    await writeFile(manifests, 'kind: "Ingress\n')
    expect(await running.nextEvent('kept')).toMatchObject({ file: manifests, errors: 1 })
    expect(await running.nextMessage('yaml-syntax')).toMatch(/shop\.yaml:\d+:\d+ error yaml-syntax /)
    expect(await requestShop(ready, '/')).toContain('backend /')
  })

  it('repeats no finding that was already told', async () => {
    await writeFile(join(directory, 'broken.yaml'), 'kind: "Ingress\n')
    const running = start(['run', directory, ...anyPorts])
    await running.nextEvent('ready')
    await writeFile(manifests, shop('/', '/cart'))
    await running.nextEvent('applied')
    running.kill('SIGTERM')
    await running.exited
    expect(running.messages.filter(line => line.includes('yaml-syntax'))).toHaveLength(1)
  })

  it('is looked for again on SIGHUP', async () => {
    const running = start(['run', directory, ...anyPorts])
    await running.nextEvent('ready')
    running.kill('SIGHUP')
    expect(await running.nextEvent('applied')).toMatchObject({ files: [], generation: 2 })
  })
})

describe('the end', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('comes with %s and exit code %i, after a last event', async (signal, code) => {
    const running = start(['run', directory, ...anyPorts])
    await running.nextEvent('ready')
    running.kill(signal)
    expect(await running.nextEvent('stopped')).toEqual({ event: 'stopped', signal })
    expect(await running.exited).toBe(code)
  })

  it('waits for a request in flight, but not after a second signal', async () => {
    const running = start(['run', directory, ...anyPorts, '--drain-timeout', '10m'])
    const ready = await running.nextEvent('ready')
    const reached = once(backend, 'request')
    const unanswered = requestShop(ready, '/never').catch(() => 'cut off')
    await reached
    running.kill('SIGTERM')
    await vanished(ready.http as string)
    expect(running.child.exitCode).toBeNull()
    running.kill('SIGTERM')
    expect(await running.exited).toBe(143)
    expect(await unanswered).toBe('cut off')
  })

  it('does not come when nobody reads the events any more', async () => {
    const running = start(['run', directory, ...anyPorts])
    const ready = await running.nextEvent('ready')
    const closed = once(running.child.stdout!, 'close')
    running.child.stdout!.destroy()
    await closed
    await writeFile(manifests, shop('/', '/cart', '/pay'))
    await writeFile(join(directory, 'broken.yaml'), 'kind: "Ingress\n')
    await running.nextMessage('yaml-syntax')
    expect(await requestShop(ready, '/pay')).toContain('backend /pay')
  })
})

describe('a start that fails', () => {
  it('because of a taken port has exit code 3 and names the port', async () => {
    const other = createTcpServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const running = start(['run', directory, '--http-port', `${port}`, '--https-port', '0', '--admin', 'off'])
    expect(await running.exited).toBe(3)
    expect(running.messages.at(-1)).toContain(`127.0.0.1:${port}`)
    other.close()
  })

  it('because of a certificate directory that can not be made has exit code 3', async () => {
    const env = { PORTICO_CERT_DIR: join(manifests, 'certs') }
    const running = start(['run', directory, ...anyPorts], { env })
    expect(await running.exited).toBe(3)
  })

  it('because of a missing path has exit code 2', async () => {
    const running = start(['run', join(directory, 'nowhere'), ...anyPorts])
    expect(await running.exited).toBe(2)
    expect(running.messages.at(-1)).toContain('nowhere')
  })
})

/** The body of an answer for host shop.test. */
async function requestShop(ready: PorticoEvent, path: string): Promise<string> {
  const [host, port] = (ready.http as string).split(':')
  const outgoing = request({ host, port, path, headers: { host: 'shop.test' }, agent: false }).end()
  const [response] = await once(outgoing, 'response')
  let body = ''
  for await (const chunk of response) body += chunk
  return body
}

/** Resolves once nothing accepts connections at the address any more: the drain has begun. */
async function vanished(address: string): Promise<void> {
  const [host, port] = address.split(':')
  for (;;) {
    const socket = connect(Number(port), host)
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'open'),
      once(socket, 'error').then(() => 'gone'),
    ]).catch(() => 'gone')
    socket.destroy()
    if (outcome === 'gone') return
  }
}
