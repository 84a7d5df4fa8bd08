// The programs that the benchmark runs and does not bring: which are missing, and how to get them.
import { spawnSync } from 'node:child_process'

const debianPackages: Readonly<Record<string, string>> = {
  caddy: 'caddy',
  h2load: 'nghttp2-client',
  haproxy: 'haproxy',
  nginx: 'nginx',
  openssl: 'openssl',
  taskset: 'util-linux',
  wrk: 'wrk',
}

/** Throws with what to install when any of these is not there. Names of other things are passed over. */
export function requireTools(names: readonly string[]): void {
  const missing = names.filter(name => name in debianPackages && !isInstalled(name))
  if (missing.length === 0) return
  const packages = missing.map(name => debianPackages[name])
  throw new Error(`${missing.join(', ')} not found; on Debian: apt-get install ${packages.join(' ')}`)
}

/** What wrk calls itself. */
export function wrkVersion(): string {
  const { stdout } = spawnSync('wrk', ['-v'], { encoding: 'utf8' })
  return /wrk (\S+)/.exec(stdout)?.[1] ?? 'unknown'
}

/** What h2load calls itself. */
export function h2loadVersion(): string {
  const { stdout } = spawnSync('h2load', ['--version'], { encoding: 'utf8' })
  return /nghttp2\/(\S+)/.exec(stdout)?.[1] ?? 'unknown'
}

function isInstalled(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0
}
