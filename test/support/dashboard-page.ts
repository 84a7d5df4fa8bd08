// The dashboard in a browser, for tests: built when its sources changed, watched for errors, held against accessibility rules.
import axe, { type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { buildDashboard } from '../../scripts/build-dashboard.mjs'
import type { TestProxy } from './proxy.ts'

/** Opens a page of the dashboard (`#/problems`) and resolves when it is live. */
export async function openDashboard(page: Page, proxy: TestProxy, hash = '#/'): Promise<void> {
  buildDashboard()
  await page.goto(`http://${proxy.app.admin}/${hash}`)
  await page.locator('.connection.is-live').waitFor({ state: 'attached' })
}

/** Collects what the browser complains about from now on: errors, what the policy on content has refused, answers that failed. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}

/**
 * Fails with the rules that what is shown breaks seriously (axe's: WCAG 2 A and AA, and best practices), in light and in dark, where
 * only the contrast can be another.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await seriousViolations(page, {})).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await seriousViolations(page, { runOnly: ['color-contrast'] })).toEqual([])
}

async function seriousViolations(page: Page, options: RunOptions): Promise<unknown[]> {
  const violations = await page.evaluate(async chosen => {
    const result = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      ...chosen,
      resultTypes: ['violations'],
    })
    return result.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(node => `${node.html.slice(0, 120)}: ${node.failureSummary}`),
    }))
  }, options)
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
}

/** Fails when the page is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, shown] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = (
      globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
    ).document.documentElement
    return [scrollWidth, clientWidth] as const
  })
  expect(content).toBeLessThanOrEqual(shown)
}
