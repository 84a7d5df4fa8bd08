// What the dashboard shows of traffic, in Chromium in front of a whole Portico: routes and the way through one, requests as they
// end, explanations, and Services whose endpoints are drained and brought back.
import { describe, expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { hasBrowser, useBrowser } from '../support/browser.ts'
import {
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
} from '../support/dashboard-page.ts'
import { whoServes } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const cart = { rules: { 'shop.test': ['Prefix /cart cart:80'] } }
const routeId = 'default/web shop.test/cart Prefix'

interface Shop {
  readonly proxy: TestProxy
  /** `address:port` of the two endpoints of Service cart. */
  readonly endpoints: readonly [string, string]
}

/** shop.test/cart goes to two endpoints, and with `X-Canary: always` to a third one of a canary's. */
async function startShop(): Promise<Shop> {
  const [a, b, canary] = await Promise.all(['a', 'b', 'canary'].map(name => startEchoBackend(name)))
  const files = {
    'shop.yaml': documents(
      ingressText({
        name: 'web',
        ...cart,
        annotations: { 'nginx.ingress.kubernetes.io/enable-cors': 'true' },
      }),
      canaryText(
        { name: 'canary', rules: { 'shop.test': ['Prefix /cart canary-cart:80'] } },
        { 'by-header': 'X-Canary' },
      ),
      serviceText('cart', { endpoints: [a!.address, b!.address] }),
      serviceText('canary-cart', { endpoints: [canary!.address] }),
    ),
  }
  const proxy = await startProxy({ files, app: { admin: { host: '127.0.0.1', port: 0 } } })
  return { proxy, endpoints: [a!.address, b!.address] }
}

function ask(proxy: TestProxy, path = '/cart', headers: Record<string, string> = {}) {
  return fetchFrom({ port: proxy.httpPort, host: 'shop.test', path, headers })
}

/** Who has served some requests. */
async function servers(proxy: TestProxy): Promise<Set<string | number>> {
  const request = { port: proxy.httpPort, host: 'shop.test', path: '/cart' }
  return new Set(await Promise.all(Array.from({ length: 12 }, () => whoServes(request))))
}

describe.skipIf(!hasBrowser)('the dashboard', () => {
  const openPage = useBrowser()

  test('shows its pages about traffic without an error, accessible, and not too wide for a phone', async () => {
    const { proxy } = await startShop()
    await ask(proxy)
    const page = await openPage()
    const complaints = collectComplaints(page)
    await openDashboard(page, proxy, '#/routes')
    for (const [hash, content] of [
      ['#/routes', 'shop.yaml'],
      [`#/routes/${encodeURIComponent(routeId)}`, 'enable-cors'],
      ['#/services', 'default/canary-cart:80'],
      ['#/requests', 'Waiting for requests'],
      ['#/explain?url=http://shop.test/cart?a=1&header=X-Canary:%20always&repeat=10', 'Asked 10 times'],
    ] as const) {
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.goto(`http://${proxy.app.admin}/${hash}`)
      await page.getByRole('main').getByText(content).filter({ visible: true }).first().waitFor()
      await expectAccessible(page)
      await page.setViewportSize({ width: 360, height: 740 })
      await expectNoSidewaysScroll(page)
    }
    expect(complaints).toEqual([])
    // Looking at five pages takes two seconds of a core that other tests may need as well.
  }, 30_000)

  test('finds a route, shows its way to each endpoint with its rate, and follows a change of the manifests', async () => {
    const { proxy, endpoints } = await startShop()
    const page = await openPage()
    await openDashboard(page, proxy, '#/routes')
    await page.getByRole('searchbox').fill('cart nothing-like-this')
    await page.getByText('No route fits').waitFor()
    await page.getByRole('searchbox').fill('/cart')
    await page.getByRole('link', { name: 'shop.test' }).click()

    const picture = page.locator('.picture svg')
    for (const text of [proxy.app.http, '/cart', 'default/canary-cart:80', endpoints[0], endpoints[1]])
      await picture.locator('.picture-node', { hasText: text }).first().waitFor()
    expect(await picture.locator('desc').textContent()).toContain(`endpoints ${endpoints.join(', ')}`)
    const traffic = setInterval(() => void ask(proxy).catch(() => {}), 20)
    try {
      await picture
        .locator('.picture-label', { hasText: /^[1-9]\d*(\.\d)?\/s$/ })
        .first()
        .waitFor()
    } finally {
      clearInterval(traffic)
    }

    await proxy.manifests.replace(
      'later.yaml',
      ingressText({ name: 'later', rules: { 'later.test': ['Prefix / cart:80'] } }),
    )
    await page.getByRole('link', { name: 'All routes' }).click()
    await page.getByRole('link', { name: 'later.test' }).waitFor()
  })

  test('shows a request when it has ended, why it went there, and sends it again', async () => {
    const { proxy } = await startShop()
    const page = await openPage()
    await openDashboard(page, proxy, '#/requests')
    await page.getByText('Waiting for requests').waitFor()
    await page.locator('.connection.is-live').waitFor()
    await ask(proxy, '/cart?a=1', { 'X-Canary': 'always' })
    await ask(proxy, '/nothing-here')
    const rows = page.locator('.requests tbody tr')
    await rows.nth(1).waitFor()
    expect(await rows.first().textContent()).toMatch(/\/nothing-here404/)

    await page.getByLabel('Status').fill('2xx')
    await rows.nth(1).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '/cart?a=1' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('waiting for the response head').waitFor()
    expect(await dialog.textContent()).toContain('default/canary-cart:80')
    await dialog.getByRole('button', { name: 'Replay' }).click()
    await dialog.getByText('Sent again').waitFor()

    await dialog.getByRole('link', { name: 'Explain' }).click()
    // Exactly: "Copy as curl" holds these letters too, and is there until the page is another.
    expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe('http://shop.test/cart?a=1')
    await page.getByText('goes to default/cart:80').waitFor()
    await page.getByRole('textbox', { name: /^Headers/ }).fill('X-Canary: always')
    await page.getByRole('button', { name: 'Explain', exact: true }).click()
    await page.getByText('goes to canary default/canary-cart:80').waitFor()
    expect(page.url()).toContain('header=X-Canary')
  })

  test('drains an endpoint, which gets no more requests, and brings it back', async () => {
    const { proxy, endpoints } = await startShop()
    const page = await openPage()
    await openDashboard(page, proxy, '#/services?q=default/cart')
    expect(await servers(proxy)).toEqual(new Set(['a', 'b']))

    await page.getByRole('button', { name: `Drain ${endpoints[0]}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click()
    await page.getByRole('button', { name: `Undrain ${endpoints[0]}` }).waitFor()
    expect(await servers(proxy)).toEqual(new Set(['b']))

    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: `Drain ${endpoints[0]}` }).waitFor()
    expect(await servers(proxy)).toEqual(new Set(['a', 'b']))
  })
})
