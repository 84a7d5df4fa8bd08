// The dashboard in Chromium, in front of a whole Portico: what it shows, how it follows, and that everybody can use it.
import { describe, expect, test } from 'vitest'
import { hasBrowser, useBrowser } from '../support/browser.ts'
import {
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
} from '../support/dashboard-page.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

const broken = { 'nginx.ingress.kubernetes.io/proxy-body-size': '8x' }

/** Serves one host, with a finding or without. */
function start(
  annotations: Record<string, string> = {},
  port = 0,
  token?: string,
  hosts: string[] = [],
): Promise<TestProxy> {
  return startProxy({
    files: { 'web.yaml': serving('web.test', '127.0.0.1:9', { annotations }) },
    app: { admin: { host: '127.0.0.1', port, hosts, token } },
  })
}

describe.skipIf(!hasBrowser)('the dashboard', () => {
  const openPage = useBrowser()

  test('shows its pages without an error, accessible in light and dark, and not too wide for a phone', async () => {
    const proxy = await start(broken)
    const page = await openPage()
    const complaints = collectComplaints(page)
    await openDashboard(page, proxy)
    for (const [link, content] of [
      ['Overview', 'Requests per second'],
      ['Problems', 'annotation-value'],
      ['TLS', 'web.test'],
      ['Annotations', 'proxy-body-size'],
    ] as const) {
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.getByRole('navigation').getByRole('link', { name: link }).click()
      await page.getByRole('main').getByText(content).first().waitFor()
      await expectAccessible(page)
      await page.setViewportSize({ width: 360, height: 740 })
      await expectNoSidewaysScroll(page)
    }
    expect(complaints).toEqual([])
  })

  test('shows a change of a manifest by itself: what is wrong, then that nothing is', async () => {
    const proxy = await start()
    const page = await openPage()
    await openDashboard(page, proxy, '#/problems')
    await page.getByText('No problems').waitFor()

    await proxy.manifests.replace('web.yaml', serving('web.test', '127.0.0.1:9', { annotations: broken }))
    await page.getByText(/^Live in .*; 1 error$/).waitFor()
    const finding = page.locator('.finding')
    await finding.getByText('Ingress default/web').waitFor()
    expect(await finding.locator('mark').textContent()).toContain('8x')
    expect(await finding.locator('.at').getAttribute('title')).toMatch(/web\.yaml:\d+:\d+$/)

    await finding.getByRole('link', { name: 'annotation-value' }).click()
    await page.getByRole('heading', { name: 'Example' }).waitFor()

    await proxy.manifests.replace('web.yaml', serving('web.test', '127.0.0.1:9'))
    await page.goBack()
    await page.getByText('No problems').waitFor()
  })

  test('says when Portico is gone, and goes on when it is back', async () => {
    const proxy = await start()
    const page = await openPage()
    await openDashboard(page, proxy)
    const port = Number(proxy.app.admin!.split(':').at(-1))
    await proxy.app.close()
    await page.getByText('The connection to Portico is lost.').waitFor()

    // While nobody is there: later the page may have found Portico by itself before the click.
    await page.getByRole('button', { name: 'Try now' }).click()
    await start(broken, port)
    await page.getByText('The connection to Portico is lost.').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Problems 1 error' }).waitFor()
  })

  test('asks for the token where one is needed, and is of no use without', async () => {
    const proxy = await start({}, 0, 'correct horse')
    const page = await openPage()
    await page.goto(`http://${proxy.app.admin}/`)
    const field = page.getByLabel('Token')
    await field.fill('wrong')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.locator('.connection.is-locked').waitFor()
    expect(await page.getByText('Requests per second').count()).toBe(0)

    await field.fill('correct horse')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('Requests per second').waitFor()
  })

  // Browsers give the clipboard to pages of this machine and to HTTPS only.
  test('copies for those who come from another machine', async () => {
    const proxy = await start(broken, 0, undefined, ['portico.test'])
    const page = await openPage()
    await page.goto(`http://portico.test:${proxy.app.admin!.split(':').at(-1)}/#/problems`)
    const copy = page.getByRole('button', { name: /^Copy .*web\.yaml:/ })
    const at = (await copy.getAttribute('title'))!.replace('Copy ', '')
    await copy.click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Control+V')
    expect(await page.getByRole('searchbox').inputValue()).toBe(at)
  })

  test('is used by keyboard alone', async () => {
    const proxy = await start(broken)
    const page = await openPage()
    await openDashboard(page, proxy)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('content')

    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await page.getByRole('heading', { name: 'Problems' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('nothing-like-this')
    await page.getByText('Nothing is like this').waitFor()
    expect(page.url()).toContain('q=nothing-like-this')

    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    // From what the system says to light, to dark; the choice outlives the page.
    await page.keyboard.press('t')
    await page.keyboard.press('t')
    await page.reload()
    await page.getByRole('button', { name: 'Colours: dark' }).waitFor()
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark')
  })
})
