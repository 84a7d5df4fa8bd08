// A headless Chromium for tests: the browser that people have, with every name on loopback. Tests are skipped where it is
// not installed; `.ci/run` installs it.
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

export const hasBrowser = executablePath !== undefined

/** One browser for the tests of a file; the result opens a page of a profile of its own, until the test is over. */
export function useBrowser(): () => Promise<Page> {
  let browser: Browser | undefined
  beforeAll(async () => {
    if (!hasBrowser) return
    browser = await chromium.launch({
      executablePath,
      // The sandbox does not work for root, which containers often run as.
      args: ['--no-sandbox', '--host-resolver-rules=MAP * 127.0.0.1'],
    })
  }, 30_000)
  afterAll(() => browser?.close())
  return async () => {
    const context = await browser!.newContext({ ignoreHTTPSErrors: true })
    onTestFinished(() => context.close())
    return context.newPage()
  }
}
