// Chromium with what developers have behind Portico: a dev server that replaces modules in the page, and events.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'vite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { closedPort, startHttpBackend } from '../support/backend.ts'
import { hasBrowser, useBrowser } from '../support/browser.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const text = (words: string) =>
  `import.meta.hot.accept()\ndocument.querySelector('p').textContent = ${JSON.stringify(words)}\n`

interface DevServer {
  readonly address: string
  /** Via of the requests to open a WebSocket. */
  readonly upgradedVia: readonly (string | undefined)[]
  /** Changes the module that fills the page. */
  write(words: string): void
}

/** A Vite dev server for one page. */
async function startVite(): Promise<DevServer> {
  const root = mkdtempSync(join(tmpdir(), 'portico-vite-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (words: string) => writeFileSync(join(root, 'main.js'), text(words))
  writeFileSync(
    join(root, 'index.html'),
    '<!doctype html><title>dev</title><p></p><script type="module" src="/main.js"></script>',
  )
  write('first')
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    cacheDir: join(root, '.vite'),
    optimizeDeps: { noDiscovery: true },
    server: { host: '127.0.0.1', port: 0, allowedHosts: ['dev.test'] },
  })
  onTestFinished(() => server.close())
  await server.listen()
  const upgradedVia: (string | undefined)[] = []
  server.httpServer!.on('upgrade', request => upgradedVia.push(request.headers.via))
  const { port } = server.httpServer!.address() as AddressInfo
  return { address: `127.0.0.1:${port}`, upgradedVia, write }
}

/** Over both schemes, so without a redirect to https. */
async function proxyFor(host: string, address: string): Promise<TestProxy> {
  const annotations = { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' }
  return startProxy({
    files: { 'web.yaml': serving(host, address, { annotations }) },
    app: { via: 'portico' },
  })
}

function urlOf(proxy: TestProxy, scheme: string, host: string): string {
  return `${scheme}://${host}:${scheme === 'https' ? proxy.httpsPort : proxy.httpPort}/`
}

describe.skipIf(!hasBrowser)('in Chromium', { timeout: 30_000 }, () => {
  const openPage = useBrowser()

  test.each([
    ['http', '1.1'],
    ['https', '2.0'],
  ])(
    'a module that is written anew is replaced by Vite in the page over %s and HTTP/%s, without loading the page again',
    async (scheme, version) => {
      const vite = await startVite()
      const proxy = await proxyFor('dev.test', vite.address)
      const page = await openPage()
      const isConnected = page.waitForEvent('console', message => message.text().includes('connected.'))
      await page.goto(urlOf(proxy, scheme, 'dev.test'))
      await page.getByText('first').waitFor()
      await isConnected
      await page.evaluate('window.loadedOnce = true')

      vite.write('second')

      await page.getByText('second').waitFor()
      expect(await page.evaluate('window.loadedOnce')).toBe(true)
      expect(new Set(vite.upgradedVia)).toEqual(new Set([`${version} portico`]))
    },
  )

  test.each(['http', 'https'])('events reach EventSource one by one over %s', async scheme => {
    const streams: ServerResponse[] = []
    const backend = await startHttpBackend((request, response) => {
      if (request.url !== '/events') {
        response.end('<!doctype html><title>events</title>')
        return
      }
      streams.push(response)
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
    })
    const proxy = await proxyFor('events.test', backend.address)
    const page = await openPage()
    await page.goto(urlOf(proxy, scheme, 'events.test'))
    await page.evaluate(`new Promise(resolve => {
      window.seen = []
      window.source = new EventSource('/events')
      source.onopen = resolve
      source.onmessage = event => seen.push(event.data)
    })`)

    for (const [i, word] of ['one', 'two'].entries()) {
      streams[0]!.write(`data: ${word}\n\n`)
      await page.waitForFunction(`seen.length === ${i + 1}`)
    }
    expect(await page.evaluate('seen')).toEqual(['one', 'two'])
    expect(streams).toHaveLength(1)
  })

  test('the error page of --dev waits for its backend, and shows it once it is back', async () => {
    const port = await closedPort()
    const proxy = await startProxy({
      files: { 'web.yaml': serving('back.test', `127.0.0.1:${port}`) },
      app: { dev: true },
    })
    const page = await openPage()
    const complaints: string[] = []
    page.on('console', message => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text())
    })
    await page.goto(urlOf(proxy, 'http', 'back.test'))
    await page.getByText(`Nothing listens on 127.0.0.1:${port}`).waitFor()
    await page.getByText('Looks again').waitFor()

    const backend = createHttpServer((_request, response) => response.end('it is back'))
    onTestFinished(() => void backend.close())
    backend.listen(port, '127.0.0.1')

    await page.getByText('it is back').waitFor()
    expect(complaints).toEqual([])
  })
})
