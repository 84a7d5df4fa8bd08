// Where the local certificate authority lives when nobody says so.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The directory given by flag; else `certs/` of the checkout this runs from; else, for an installed Portico,
 * `$XDG_DATA_HOME/portico` or `~/.local/share/portico` (XDG Base Directory specification). Absolute.
 */
export function certDirectory(given: string | undefined): string {
  if (given !== undefined) return resolve(given)
  // Only a checkout runs TypeScript sources; what is published is JavaScript.
  if (import.meta.filename.endsWith('.ts')) return join(import.meta.dirname, '..', '..', 'certs')
  const dataHome = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return join(resolve(dataHome), 'portico')
}
