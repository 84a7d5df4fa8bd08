// Requests that show what a rule does: one for each way there is to be taken by it.
import type { WrittenRequest } from '../explain/asked-request.ts'
import type { Condition, MatchConditions } from '../policies/routing/match-conditions.ts'
import { compilePathRegex } from '../routing/rule-path.ts'
import type { Route } from '../routing/table.ts'

/** Over HTTP first, then HTTPS; with what its conditions ask for, and with what its canaries look at. */
export function sampleRequests(
  host: string,
  route: Route | undefined,
  isFallback: boolean,
): WrittenRequest[] {
  const name = sampleHost(host)
  const conditions = route?.policies.matchConditions
  const { method, headers, query } = samplesOf(conditions)
  const paths = route === undefined || isFallback ? ['/portico-no-rule'] : samplePaths(route)
  const variants = [headers, ...canaryHeaders(route).map(header => [...headers, header])]
  return ['http', 'https'].flatMap(scheme =>
    variants.flatMap(fields =>
      paths.map(path => ({ method, url: `${scheme}://${name}${path}${query}`, headers: fields })),
    ),
  )
}

/** A name that the host of a rule stands for. */
function sampleHost(host: string): string {
  return host === '' ? 'any-other-host.test' : host.replace(/^\*/, 'any')
}

function samplePaths({ kind, path }: Route): string[] {
  if (kind === 'exact') return [path]
  if (kind === 'regex') return sampleOfRegex(path)
  const bare = path.replace(/\/+$/, '')
  return [bare === '' ? '/' : bare, `${bare}/x`]
}

/** What the usual patterns take, each tried on the pattern itself. */
function sampleOfRegex(pattern: string): string[] {
  const compiled = compilePathRegex(pattern)
  if ('problem' in compiled) return []
  const filled = pattern
    .replace(/^\^|\$$/g, '')
    .replace(/\(\?[a-z]+\)/g, '')
    .replace(/\(\/\|\$\)/g, '/')
    .replace(/\[\^[^\]]*\][+*]?/g, 'x')
    .replace(/\\d(?:[+*]|\{\d+(?:,\d*)?\})?/g, '1')
    .replace(/\[0-9\](?:[+*]|\{\d+(?:,\d*)?\})?/g, '1')
    .replace(/\[[^\]]*\](?:[+*]|\{\d+(?:,\d*)?\})?/g, 'a')
    .replace(/\.[+*]\??/g, 'x')
    .replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??/g, '$1')
    .replace(/\\(.)/g, '$1')
  return [filled, pattern, '/', '/x']
    .filter(path => path.startsWith('/') && compiled.regex.test(path))
    .slice(0, 2)
}

function samplesOf(conditions: MatchConditions | undefined): {
  method: string
  headers: readonly (readonly [string, string])[]
  query: string
} {
  const method = conditions?.methods[0] ?? 'GET'
  const headers = (conditions?.headers ?? []).flatMap(condition => pairOf(condition))
  const pairs = (conditions?.query ?? []).flatMap(condition => pairOf(condition))
  const query = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  return {
    method: /^[A-Za-z-]+$/.test(method) ? method : 'GET',
    headers,
    query: query === '' ? '' : `?${query}`,
  }
}

/** A value that fits; of a regex its literal text, which often does. */
function pairOf({ name, kind, value }: Condition): (readonly [string, string])[] {
  if (kind === 'absent') return []
  return [
    [name, kind === 'equal' ? value : kind === 'regex' ? value.replace(/[\^$\\()[\]?*+.|{}]/g, '') : '1'],
  ]
}

/** What makes a request take each of the canaries, as far as a header or a cookie decides. */
function canaryHeaders(route: Route | undefined): (readonly [string, string])[] {
  return (route?.canaries ?? []).flatMap(({ rule }) => {
    if (rule.header !== undefined) return [[rule.header, rule.headerValue ?? 'always'] as const]
    return rule.cookie === undefined ? [] : [['Cookie', `${rule.cookie}=always`] as const]
  })
}
