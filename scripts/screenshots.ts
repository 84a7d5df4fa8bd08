// `node scripts/screenshots.ts`: makes docs/images/dashboard-*.png from the examples under some traffic. Needs Chromium, and takes
// a minute: charts fill second by second.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium } from 'playwright-core'
import { request } from 'undici'

const root = join(import.meta.dirname, '..')
const images = join(root, 'docs', 'images')
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
/** How long there is traffic before the first picture: a window of the charts. */
const warmUpMs = 20_000
/** Between two requests of one kind; it varies, so that charts are no straight lines. */
const pauseMs = 24

interface Ports {
  readonly http: string
  readonly admin: string
}

interface Picture {
  readonly name: string
  /** What stands behind `#`. */
  readonly hash: string
  readonly scheme: 'light' | 'dark'
  readonly width: number
  readonly height: number
}

const canaryRoute = encodeURIComponent('default/hello-combined canary-service.abc.com/combined Prefix')
const wide = { width: 1280, height: 640 }
const pictures: readonly Picture[] = [
  { name: 'overview', hash: '/', scheme: 'light', ...wide },
  { name: 'route', hash: `/routes/${canaryRoute}`, scheme: 'light', ...wide },
  { name: 'requests', hash: '/requests', scheme: 'dark', ...wide },
  { name: 'phone', hash: `/routes/${canaryRoute}`, scheme: 'dark', width: 390, height: 780 },
]

/** Host, path and fields of requests that the examples answer in different ways. */
const traffic: readonly (readonly [host: string, path: string, fields?: Record<string, string>])[] = [
  ['canary-service.abc.com', '/combined'],
  ['canary-service.abc.com', '/combined?page=2'],
  ['canary-service.abc.com', '/combined', { test: 'always' }],
  ['canary-service.abc.com', '/'],
  ['dev.cbuc.cn', '/login'],
  ['pro.cbuc.cn', '/orders/1042'],
  ['a.whale.hey', '/'],
  ['k8s.example.com', '/docs/'],
  ['tomcat.lucky.com', '/'],
  ['nobody.example', '/'],
]

const stop = new AbortController()
const portico = spawn(
  join(root, 'bin', 'portico'),
  ['demo', '--http-port', '0', '--https-port', '0', '--admin', '127.0.0.1:0'],
  {
    stdio: ['ignore', 'pipe', 'ignore'],
  },
)
try {
  const ports = await readyPorts(portico)
  const senders = traffic.map(([host, path, fields]) => send(ports.http, host, path, fields))
  await sleep(warmUpMs)
  await takePictures(ports.admin)
  stop.abort()
  await Promise.all(senders)
} finally {
  stop.abort()
  portico.kill('SIGTERM')
  await once(portico, 'exit')
}

/** The ports that Portico says it listens on. */
async function readyPorts({ stdout }: ChildProcess): Promise<Ports> {
  for await (const line of createInterface({ input: stdout! })) {
    const event = JSON.parse(line) as { event: string } & Ports
    if (event.event === 'ready') return event
  }
  throw new Error('portico demo has ended before it was ready')
}

/** Sends the same request again and again, faster and slower in turns. */
async function send(
  address: string,
  host: string,
  path: string,
  fields: Record<string, string> = {},
): Promise<void> {
  for (let count = 0; !stop.signal.aborted; count++) {
    const { body } = await request(`http://${address}${path}`, { headers: { ...fields, host } })
    await body.dump()
    await sleep(pauseMs * (2 + Math.sin(count / 40)))
  }
}

async function takePictures(admin: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: browsers.find(existsSync), args: ['--no-sandbox'] })
  try {
    for (const picture of pictures) await takePicture(browser, admin, picture)
  } finally {
    await browser.close()
  }
}

async function takePicture(browser: Browser, admin: string, picture: Picture): Promise<void> {
  const { name, hash, scheme, width, height } = picture
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`http://${admin}/#${hash}`)
  await page.locator('.connection.is-live').waitFor({ state: 'attached' })
  // Rates are of the last seconds.
  await sleep(6_000)
  await page.screenshot({ path: join(images, `dashboard-${name}.png`) })
  await context.close()
}
