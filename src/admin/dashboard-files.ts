// The dashboard's files, as `npm run build` made them, in the way of HTTP: `/` is the page, everything else has its hash in its name.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the built files are; the same two levels up from `src/admin` and from `dist/admin`. */
const builtFolder = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url))

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
}

const notBuilt = 'the dashboard is not built; run "npm run build" in the checkout, and load this page again'

/**
 * The file at a path (without query) of the admin port, or `undefined` where the dashboard has none. Files are read when they are
 * asked for: a page that was built anew is there at once. Only names of one segment below `/assets/` are looked for.
 */
export async function readDashboardFile(
  path: string,
  folder: string = builtFolder,
): Promise<DashboardFile | undefined> {
  const name = path === '/' ? 'index.html' : /^\/(favicon\.svg|assets\/[\w-][\w.-]*)$/.exec(path)?.[1]
  const contentType = name === undefined ? undefined : contentTypes[extname(name)]
  if (name === undefined || contentType === undefined) return undefined
  const body = await readFile(`${folder}/${name}`).catch(() => undefined)
  if (body !== undefined) return { status: 200, body, fields: fieldsOf(name, contentType) }
  if (path !== '/') return undefined
  return {
    status: 503,
    body: `${notBuilt}\n`,
    fields: { ...fieldsOf(name, 'text/plain; charset=utf-8') },
  }
}

/** A name with a hash stands for one content for ever; the page says which names are of today. */
function fieldsOf(name: string, contentType: string): Record<string, string> {
  const caching = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return { 'content-type': contentType, 'cache-control': caching, ...protection }
}
