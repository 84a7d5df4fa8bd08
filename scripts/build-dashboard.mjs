// Builds the dashboard into dist/dashboard when its sources are others than those it was built from. Needs the packages
// that setup.mjs installs, and runs on Node 20 like it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const builtFile = join(root, 'dist', 'dashboard', 'built-from')

/**
 * Makes dist/dashboard what the sources say; takes a second when they changed, else milliseconds. `node` runs Vite. Throws with
 * Vite's own words when they do not build.
 */
export function buildDashboard(node = process.execPath) {
  const sources = hashSources()
  if (existsSync(builtFile) && readFileSync(builtFile, 'utf8') === sources) return
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { status, error, stderr } = spawnSync(
    node,
    [vite, 'build', join(root, 'dashboard'), '--logLevel=warn'],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the dashboard could not be built: ${error?.message ?? stderr}`)
  // Vite has emptied the folder: what is built and not marked is built again.
  writeFileSync(builtFile, sources)
}

/** A hash of everything that decides what the built files are. */
function hashSources() {
  const hash = createHash('sha256')
  for (const file of [join(root, 'package-lock.json'), ...filesBelow(join(root, 'dashboard'))])
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return hash.digest('hex')
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}
