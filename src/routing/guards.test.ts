// Backends as they are, each written down for itself, against our list of what backends do: whatever one of them takes for a
// guarded path has to be guarded, or refused.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { placeIn } from '../../test/support/resources.ts'
import { defaultHandling } from '../policies/handling.ts'
import { emptyTable } from './empty-table.ts'
import { couldEvadeGuard } from './guards.ts'
import { buildMatcher, findHost, match } from './matcher.ts'
import { normalizePath } from './normalize-path.ts'
import type { Route } from './table.ts'

function routeAt(path: string, guardKey: string): Route {
  return {
    id: path,
    host: 'a.test',
    path,
    kind: 'prefix',
    backend: undefined,
    canaries: [],
    errorBackends: undefined,
    ...defaultHandling,
    guardKey,
    origin: { namespace: 'default', ingress: guardKey, place: placeIn('table.yaml') },
  }
}

const routes = [routeAt('/', ''), routeAt('/admin', 'list of a'), routeAt('/staff', 'list of b')]
const host = findHost(
  buildMatcher({ ...emptyTable, hosts: [{ host: 'a.test', hasTls: false, routes, fallback: undefined }] }),
  'a.test',
)!

/** Under which guards a path is let through; `refused` for none. */
function guardOf(rawPath: string): string {
  const path = normalizePath(rawPath)
  if (path === undefined) return 'refused'
  const request = requestFacts({ target: rawPath, path })
  const { guardKey } = match(host, path, request)!
  return couldEvadeGuard(host, rawPath, guardKey, request) ? 'refused' : guardKey
}

const decode = (path: string) =>
  path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
const merge = (path: string) => path.replace(/\/+/g, '/')
const cutParameters = (path: string) => path.replace(/;[^/]*/g, '')
const turnSlashes = (path: string) => path.replaceAll('\\', '/')
const resolve = (path: string) => {
  const kept: string[] = []
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  return `/${kept.join('/')}`
}

/** What the application behind each sees of a path. */
const backends: Readonly<Record<string, (path: string) => string>> = {
  'an application that does nothing': path => path,
  'nginx, and Go': path => resolve(merge(decode(path))),
  'a servlet container': path => resolve(merge(decode(cutParameters(path)))),
  'a servlet container that decodes first': path => resolve(merge(cutParameters(decode(path)))),
  'WSGI, and PHP': path => decode(path),
  'WSGI that merges slashes': path => merge(decode(path)),
  'a WHATWG URL': path => decode(resolve(turnSlashes(path).replace(/%2e/gi, '.'))),
  IIS: path => resolve(merge(turnSlashes(decode(path)))),
  'a proxy before a proxy': path => resolve(merge(decode(resolve(merge(decode(path)))))),
  'a router that resolves and does not decode': path => resolve(path),
}

const word = fc.constantFrom('admin', '%61dmin', '%2561dmin', 'adm%69n', 'staff', 'x', '')
const dots = fc.constantFrom('.', '..', '%2e', '%2e%2e', '.%2E', '%252e%252e', '..;', '..;x=1', '.;', '..%3b')
const parameter = fc.constantFrom(';a=b', ';', 'admin;x', '%3bx')
const separator = fc.constantFrom('/', '/', '/', '//', '%2f', '%252F', '\\', '%5c')
const paths = fc
  .array(fc.tuple(fc.oneof(word, word, dots, parameter), separator), { minLength: 1, maxLength: 6 })
  .map(parts => `/${parts.map(part => part.join('')).join('')}`)

it.each(Object.entries(backends))('lets nobody past a guard by how %s reads a path', (_, read) => {
  fc.assert(
    fc.property(paths, path => {
      const seen = /^\/(admin|staff)(?:\/|$)/.exec(read(path))
      if (seen === null) return
      const expected = seen[1] === 'admin' ? 'list of a' : 'list of b'
      expect([expected, 'refused']).toContain(guardOf(path))
    }),
    { numRuns: 3_000, examples: [['/./admin%2f.%2E/;a=b/'], ['/x%252Fadmin%2f.%2E/admin%252F']] },
  )
})

it('serves paths about which all agree', () => {
  expect(['/', '/x/y', '/administration', '/x%20y', '/x;y', '/admin', '/staff/x'].map(guardOf)).toEqual([
    '',
    '',
    '',
    '',
    '',
    'list of a',
    'list of b',
  ])
})
