// Where in the dashboard somebody is: the part of the address behind `#`, so that every view has an address to share and the
// server knows of one page only. `#/routes/shop%2Fweb?search=a`.
import { signal } from '@preact/signals'

/** The parts of `#/a/b?c=d`. */
export interface Place {
  /** `['a', 'b']`, decoded; empty for the overview. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

export const place = signal<Place>(readPlace(location.hash))

addEventListener('hashchange', () => {
  place.value = readPlace(location.hash)
})

/** The address of a view: `hrefTo(['routes', id], { tab: 'tls' })`. Empty values are left out. */
export function hrefTo(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== '')
  const search = set.length === 0 ? '' : `?${new URLSearchParams(set)}`
  return `#/${parts.map(encodeURIComponent).join('/')}${search}`
}

/** Goes there, as a click on a link would. */
export function goTo(href: string): void {
  location.hash = href
}

/** Changes parts of the query of where we are, without a step in the history: filters are typed letter by letter. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const query = { ...Object.fromEntries(place.value.query), ...changes }
  history.replaceState(null, '', hrefTo(place.value.parts, query))
  place.value = readPlace(location.hash)
}

/** What text after `#` says; anything unreadable in it stays as it is written. */
export function readPlace(hash: string): Place {
  const text = hash.replace(/^#\/?/, '')
  // A URL in a query that was written by hand may have a question mark of its own.
  const [path = ''] = text.split('?', 1)
  const search = text.slice(path.length)
  return { parts: path === '' ? [] : path.split('/').map(decode), query: new URLSearchParams(search) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
