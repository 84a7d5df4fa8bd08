// Where the local certificate authority lives when nobody says so: among the user's data, never in a repository.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The directory given by flag; else `portico` in the user's data directory: `$XDG_DATA_HOME` where it is set,
 * `%LOCALAPPDATA%` on Windows, `~/Library/Application Support` on macOS, `~/.local/share` elsewhere (XDG Base Directory
 * specification). Absolute.
 */
export function certDirectory(given: string | undefined): string {
  if (given !== undefined) return resolve(given)
  return join(resolve(process.env.XDG_DATA_HOME || dataDirectory()), 'portico')
}

function dataDirectory(): string {
  const home = homedir()
  if (process.platform === 'win32') return process.env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support')
  return join(home, '.local', 'share')
}
