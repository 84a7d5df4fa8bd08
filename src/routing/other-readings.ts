// How else a path can be read. Backends decode not at all, once or twice, cut parameters off segments or keep them, take `\`
// for `/`, and merge slashes before or after they resolve dots. Used only where a guard must not be escaped by the difference.

const dotSegments = /(?:^|\/)\.{1,2}(?:\/|$)/

/** Whether a path has anything in it that backends disagree about. */
export function hasOtherReadings(rawPath: string): boolean {
  return /[%;\\]|\/\//.test(rawPath) || dotSegments.test(rawPath)
}

/**
 * Every form in which a backend may see a path: all combinations of what backends are known to do, each step done or left
 * out. Contains the path itself.
 */
export function readingsOf(rawPath: string): ReadonlySet<string> {
  const readings = new Set([rawPath])
  extend(readings, resolveFirst)
  extend(readings, withoutParameters)
  extend(readings, decodeWithinSegments, decode, decodeTwice, readTwice)
  extend(readings, withoutParameters, withoutQuery)
  extend(readings, withSlashes)
  extend(readings, mergeSlashes)
  extend(readings, resolveDots)
  extend(readings, mergeSlashes)
  return readings
}

type Step = (path: string) => string

function extend(readings: Set<string>, ...steps: readonly Step[]): void {
  for (const reading of [...readings]) for (const step of steps) readings.add(step(reading))
}

/** Servlet containers cut `;name=value` off every segment. */
function withoutParameters(path: string): string {
  return path.replace(/;[^/]*/g, '')
}

/** What decodes first and looks for the query after. */
function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, '')
}

function decode(path: string): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

function decodeTwice(path: string): string {
  return decode(decode(path))
}

/** What stands behind one more proxy that hands on what it has made of the path. */
function readTwice(path: string): string {
  return decode(resolveDots(mergeSlashes(decode(path))))
}

/** Routers that split first and decode each segment: an encoded slash separates nothing. */
function decodeWithinSegments(path: string): string {
  return path.replace(/%(?!2[Ff]|5[Cc])([0-9A-Fa-f]{2})/g, decode)
}

function withSlashes(path: string): string {
  return path.replaceAll('\\', '/')
}

function mergeSlashes(path: string): string {
  return path.replace(/\/{2,}/g, '/')
}

/** As the URL standard (WHATWG) reads a path, before anything else of it is decoded: an escaped dot is a dot. */
function resolveFirst(path: string): string {
  return resolveDots(withSlashes(path).replace(/%2e/gi, '.'))
}

/** As RFC 3986 §5.2.4: empty segments count, and what climbs above the root stays there. */
function resolveDots(path: string): string {
  if (!dotSegments.test(path)) return path
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  return `/${kept.join('/')}${kept.length > 0 && (last === '.' || last === '..') ? '/' : ''}`
}
