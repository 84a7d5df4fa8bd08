// Paths that ingress-nginx would give to another rule, or redirect: found by asking our matcher and a model of nginx's locations
// about the same paths, so that whatever is reported comes with a request that shows it.

import { isConditional } from '../policies/routing/match-conditions.ts'
import type { PathType } from '../resources/ingress.ts'
import { buildMatcher, findHost, type HostIndex, match } from '../routing/matcher.ts'
import { normalizePath } from '../routing/normalize-path.ts'
import type { HostRoutes, Route } from '../routing/table.ts'
import { backendText, type CompatInput, objectOf, requestFor } from './compat-input.ts'
import type { CompatCode, Difference } from './difference.ts'
import { matchAsNginx, type NginxMatch, type NginxServer, nginxServerOf } from './nginx-locations.ts'
import { samplePaths } from './sample-paths.ts'

/** Of hosts with more rules only so many are tried. */
const maxTriedRules = 500
/** Every try asks all regexes of its host, so the more there are the fewer rules are tried. */
const maxAskedRegexes = 200_000

/** One difference for each pair of rules that nginx and we give some path to. */
export function findPathDifferences(input: CompatInput): Difference[] {
  const matcher = buildMatcher(input.table)
  return input.table.hosts.flatMap(hostRoutes => {
    // Conditions are ours alone: without them there is no rule to compare.
    if (hostRoutes.routes.some(({ policies }) => isConditional(policies.matchConditions))) return []
    // A guarded regex that does not compile is stood in for by another path.
    if (hostRoutes.routes.some(route => (input.ruleOf(route)?.path ?? route.path) !== route.path)) return []
    const index = findHost(matcher, new URL(requestFor(hostRoutes.host, '/', false).url).hostname)
    return index?.hostRoutes === hostRoutes ? differencesOfHost(hostRoutes, index, input) : []
  })
}

function differencesOfHost(hostRoutes: HostRoutes, index: HostIndex, input: CompatInput): Difference[] {
  const pathTypeOf = (route: Route): PathType | undefined => input.ruleOf(route)?.pathType
  const server = nginxServerOf(hostRoutes, pathTypeOf)
  const found = new Map<string, FoundDifference>()
  for (const rule of hostRoutes.routes.slice(0, triedRules(hostRoutes))) {
    if (input.ruleOf(rule) === undefined) continue
    for (const path of samplePaths(rule)) {
      if (normalizePath(path) !== path) continue
      const here = match(index, path, { method: 'GET', target: path, header: () => undefined })
      const there = matchAsNginx(server, path)
      if (isSame(here, there, input)) continue
      // Without regexes both take the longest path; what is left are redirects.
      if (server.regexBy === undefined && 'route' in there) continue
      const key = kindOf(here, there, input)
      const known = found.get(key)
      if (known !== undefined) known.rules.add(rule)
      else
        found.set(key, {
          first: differenceOf(path, rule, here, there, server, hostRoutes, input),
          rules: new Set([rule]),
        })
    }
  }
  return [...found.values()].map(withCount)
}

function triedRules({ routes }: HostRoutes): number {
  const regexes = routes.filter(({ kind }) => kind === 'regex').length
  return Math.min(maxTriedRules, Math.ceil(maxAskedRegexes / Math.max(1, regexes)))
}

/** A difference, and the rules around whose paths it shows. */
interface FoundDifference {
  readonly first: Difference
  readonly rules: Set<Route>
}

/** Equal for differences of which one is enough: which two rules a path goes to, or that none takes it here and some do there. */
function kindOf(here: Route | undefined, there: NginxMatch, input: CompatInput): string {
  if ('redirectTo' in there) return 'redirect'
  if (here === undefined || input.ruleOf(here) === undefined) return 'no rule'
  return `${here.id} ${there.route?.id}`
}

function withCount({ first, rules }: FoundDifference): Difference {
  if (rules.size === 1) return first
  const more = rules.size === 2 ? '1 more path' : `${rules.size - 1} more paths`
  return { ...first, problem: `${first.problem}; so it is around ${more} of the host` }
}

/** What no rule takes is the same, whatever its name is. */
function isSame(here: Route | undefined, there: NginxMatch, input: CompatInput): boolean {
  const ruled = (route: Route | undefined) => (route && input.ruleOf(route) ? route : undefined)
  return 'route' in there && ruled(there.route) === ruled(here)
}

function differenceOf(
  path: string,
  rule: Route,
  here: Route | undefined,
  there: NginxMatch,
  server: NginxServer,
  { host, hasTls }: HostRoutes,
  input: CompatInput,
): Difference {
  const { code, problem } = causeOf(here, there, server, input)
  return {
    severity: 'redirectTo' in there ? 'note' : 'warning',
    code,
    place: rule.origin.place,
    object: objectOf(rule),
    problem: `path ${rule.path}: ${problem}`,
    shown: {
      request: requestFor(host, path, hasTls),
      here: answerText(here, input),
      there: 'redirectTo' in there ? `301 to ${there.redirectTo}` : answerText(there.route, input),
    },
  }
}

function causeOf(
  here: Route | undefined,
  there: NginxMatch,
  { regexBy }: NginxServer,
  input: CompatInput,
): { readonly code: CompatCode; readonly problem: string } {
  if ('redirectTo' in there) {
    return {
      code: 'compat-slash-redirect',
      problem: 'it ends with a slash, and nginx redirects requests without it',
    }
  }
  const wasNoRegex = [here, there.route].some(
    route => route !== undefined && route.kind !== 'regex' && input.ruleOf(route) !== undefined,
  )
  return wasNoRegex
    ? {
        code: 'compat-regex-host-wide',
        problem: `${regexBy && `${objectOf(regexBy)} (path ${regexBy.path})`} makes every path of the host a regex on ingress-nginx: case-insensitive, open at its end, the longest text first`,
      }
    : {
        code: 'compat-regex-order',
        problem: 'ingress-nginx takes the first regex that fits, the longest text first',
      }
}

function answerText(route: Route | undefined, input: CompatInput): string {
  if (route === undefined) return '404'
  if (route.denied !== undefined) return '503'
  const { backend } = route
  const who = input.ruleOf(route) === undefined ? 'no path' : `path ${route.path}`
  const rewritten = route.policies.rewrite.target === undefined ? '' : ', rewritten'
  return backend === undefined ? `404 (${who})` : `${backendText(backend)} (${who}${rewritten})`
}
