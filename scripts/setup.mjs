// Makes a checkout ready to use: installs the packages when the lock file changed or something is missing, builds the dashboard
// when its sources changed, else does nothing. Runs on Node 20 and needs no package itself.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDashboard } from './build-dashboard.mjs'

const root = join(import.meta.dirname, '..')
const stampFile = join(root, 'node_modules', '.portico-setup')
const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

const lockHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

const reason = reasonToInstall()
if (reason !== undefined) install(reason)
try {
  buildDashboard(pinnedNode)
} catch (error) {
  // Everything else works without it, and the admin port says what is missing.
  console.error(`setup: ${error.message}`)
}

/** Why packages have to be installed, or `undefined` when everything is in place. */
function reasonToInstall() {
  if (!existsSync(join(root, 'node_modules'))) return 'no packages yet'
  if (!existsSync(pinnedNode)) return 'the pinned Node is missing'
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  return stamp === lockHash ? undefined : 'package-lock.json changed'
}

function install(why) {
  console.error(`setup: ${why}: installing packages (npm ci)`)
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) fail(npm.error)
  if (!existsSync(pinnedNode)) {
    console.error('setup: npm did not install the pinned Node: its install script was not allowed to run')
    console.error('setup: run "npm rebuild node", or install Node 24.18.1 or newer yourself')
    process.exit(1)
  }
  writeFileSync(stampFile, lockHash)
}

function fail(error) {
  if (error !== undefined) console.error(`setup: npm could not be started: ${error.message}`)
  console.error(
    'setup: installing packages failed; the first run needs the npm registry (see `npm config get registry`):',
  )
  console.error('setup: check the network or the proxy settings, then run the same command again')
  process.exit(1)
}
