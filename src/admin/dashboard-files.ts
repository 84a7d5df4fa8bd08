// The dashboard's files, as `npm run build` made them, in the way of HTTP: `/` is the page, its parts have their hashes in their
// names, and the pages about diagnostic codes are those of docs/.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the built files are; the same two levels up from `src/admin` and from `dist/admin`. */
const builtFolder = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url))
const codePages = fileURLToPath(new URL('../../docs/diagnostics/', import.meta.url))

/** What is sent for a path of the dashboard. */
export interface DashboardFile {
  readonly status: 200 | 503
  readonly body: Buffer | string
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Nothing but the port itself is loaded or asked, nothing inline runs, and no page of others may show it in a frame. With one
 * value for all files none can be the weak one.
 */
const protection = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
}

const notBuilt = 'the dashboard is not built; run "npm run build" in the checkout, and load this page again'

/**
 * The file at a path (without query) of the admin port, or `undefined` where the dashboard has none. Files are read when they are
 * asked for: a page that was built anew is there at once. No name leads out of its folder.
 */
export async function readDashboardFile(
  path: string,
  folder: string = builtFolder,
): Promise<DashboardFile | undefined> {
  const file = fileAt(path, folder)
  const contentType = file && contentTypes[extname(file)]
  if (file === undefined || contentType === undefined) return undefined
  const body = await readFile(file).catch(() => undefined)
  if (body !== undefined) return { status: 200, body, fields: fieldsOf(path, contentType) }
  if (path !== '/') return undefined
  return { status: 503, body: `${notBuilt}\n`, fields: fieldsOf(path, 'text/plain; charset=utf-8') }
}

function fileAt(path: string, folder: string): string | undefined {
  if (path === '/') return join(folder, 'index.html')
  if (/^\/(?:favicon\.svg|assets\/[\w-][\w.-]*)$/.test(path)) return join(folder, path)
  const page = /^\/docs\/diagnostics\/([a-z0-9-]+\.md)$/.exec(path)?.[1]
  return page && join(codePages, page)
}

/** A name with a hash stands for one content for ever; the page says which names are of today. */
function fieldsOf(path: string, contentType: string): Record<string, string> {
  const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return { 'content-type': contentType, 'cache-control': caching, ...protection }
}
