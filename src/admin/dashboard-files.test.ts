import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readDashboardFile } from './dashboard-files.ts'

function builtFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'portico-dashboard-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'assets'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const folder = () =>
  builtFolder({
    'index.html': '<p>',
    'favicon.svg': '<svg/>',
    'assets/index-Ab_1.js': '1',
    'built-from': 'x',
  })

test('/ is the page, asked for anew each time, and runs nothing inline', async () => {
  const page = await readDashboardFile('/', folder())
  expect(page).toMatchObject({
    status: 200,
    fields: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
  })
  expect(page!.fields['content-security-policy']).toMatch(/^default-src 'self';.*frame-ancestors 'none'/)
  expect(page!.fields['content-security-policy']).not.toContain('unsafe')
  expect(page!.fields['x-content-type-options']).toBe('nosniff')
})

test('what has a hash in its name is kept for ever', async () => {
  const script = await readDashboardFile('/assets/index-Ab_1.js', folder())
  expect(script!.body.toString()).toBe('1')
  expect(script!.fields['cache-control']).toContain('immutable')
  expect(script!.fields['content-type']).toMatch(/^text\/javascript/)
})

test('pages about codes are those of docs/', async () => {
  const page = await readDashboardFile('/docs/diagnostics/path-conflict.md', folder())
  expect(page!.fields['content-type']).toMatch(/^text\/markdown/)
  expect(page!.body.toString()).toMatch(/^# path-conflict\n/)
})

test('there is nothing else, however it is asked for', async () => {
  const built = folder()
  for (const path of [
    '/built-from',
    '/index.html',
    '/assets/',
    '/assets/none.js',
    '/assets/../index.html',
    '/assets/..%2findex.html',
    '/docs/diagnostics/../http.md',
    '/docs/http.md',
    '/docs/diagnostics/none.md',
    '/assets/a/b.js',
    '//assets/index-Ab_1.js',
    '/assets/index-Ab_1.js\0.html',
  ])
    expect([path, await readDashboardFile(path, built)]).toEqual([path, undefined])
})

test('without built files / says how to build them', async () => {
  const answer = await readDashboardFile('/', join(folder(), 'nowhere'))
  expect(answer!.status).toBe(503)
  expect(answer!.body).toContain('npm run build')
  expect(answer!.fields['content-type']).toMatch(/^text\/plain/)
})
