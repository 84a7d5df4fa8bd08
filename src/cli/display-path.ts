// Paths as a person would type them.
import { isAbsolute, relative, sep } from 'node:path'

/** Relative to the working directory when it lies below it, else unchanged. */
export function displayPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  if (fromHere === '') return '.'
  return fromHere === '..' || fromHere.startsWith(`..${sep}`) || isAbsolute(fromHere) ? path : fromHere
}
