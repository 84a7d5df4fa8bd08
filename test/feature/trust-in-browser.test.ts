// Chromium, with nothing but what `portico trust` did, opens what Portico serves.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProgram } from '../../src/trust/command.ts'
import { type PorticoProcess, runPortico, startPortico } from '../support/portico-process.ts'
import { serving } from '../support/serving.ts'

/** Nothing but Node and npm is asked of a developer's machine; continuous integration has both. */
const chromium = findProgram('chromium', 'chromium-browser', 'google-chrome')
const hasAll = chromium !== undefined && findProgram('tstclnt') !== undefined && process.platform === 'linux'

let home: string
let portico: PorticoProcess
let httpsPort: string
const backend = createServer((_, response) => response.end('<p>hello from the backend</p>'))

beforeAll(async () => {
  if (!hasAll) return
  home = await mkdtemp(join(tmpdir(), 'portico-browser-'))
  await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(backend.address() as AddressInfo).port}`
  const manifests = join(home, 'tomcat.yaml')
  await writeFile(manifests, serving('tomcat.lucky.com', address))
  expect(
    (await runPortico(['trust', manifests, '--store', 'nss', '--yes'], { env: environment() })).code,
  ).toBe(0)
  // One more host, which nobody was asked about.
  await writeFile(
    manifests,
    [
      serving('tomcat.lucky.com', address),
      serving('shop.localhost', address, { name: 'shop' }),
      serving('new.lucky.com', address, { name: 'new' }),
    ].join('---\n'),
  )
  const ports = ['--http-port', '0', '--https-port', '0', '--admin', 'off']
  portico = startPortico(['run', manifests, ...ports], { env: environment() })
  httpsPort = ((await portico.nextEvent('ready')).https as string).split(':')[1]!
}, 30_000)
afterAll(async () => {
  if (!hasAll) return
  portico.kill('SIGKILL')
  await portico.exited
  backend.close()
  await rm(home, { recursive: true, maxRetries: 5 })
})

function environment(): Record<string, string> {
  return { HOME: home, XDG_DATA_HOME: join(home, 'data') }
}

/** The page as Chromium shows it; empty where it shows a warning instead. */
function open(url: string): Promise<string> {
  const flags = [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    `--user-data-dir=${join(home, `profile-${new URL(url).hostname}`)}`,
    `--host-resolver-rules=MAP *:8443 127.0.0.1:${httpsPort}, MAP * ~NOTFOUND`,
    '--dump-dom',
    // Chromium's sandbox does not work for root, which containers often run as.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]
  return new Promise(resolve => {
    execFile(
      chromium!,
      [...flags, url],
      { env: { ...process.env, ...environment() }, timeout: 30_000 },
      (_, page) => resolve(page),
    )
  })
}

test.skipIf(!hasAll)(
  'a browser opens the hosts it was told to trust without a warning, and no others',
  async () => {
    const pages = await Promise.all(
      ['tomcat.lucky.com', 'shop.localhost', 'new.lucky.com'].map(host => open(`https://${host}:8443/`)),
    )
    expect(pages.map(page => page.includes('hello from the backend'))).toEqual([true, true, false])
  },
  60_000,
)
