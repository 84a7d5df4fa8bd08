// Portico's own version, from its package.json.
import { readFileSync } from 'node:fs'

/** As in `package.json`: `0.1.0`. The same two levels up from `src/app` and from `dist/app`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
