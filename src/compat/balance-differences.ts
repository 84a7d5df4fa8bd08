// What ingress-nginx hangs on a Service port and Portico on a rule or an Ingress: canaries and session affinity. Rules that share
// a port share them there.
import type { Canary, HostRoutes, Route } from '../routing/table.ts'
import { backendText, type CompatInput, objectOf, requestFor } from './compat-input.ts'
import type { Difference, ShowingRequest } from './difference.ts'

/** A route and its host. */
interface HostedRoute {
  readonly route: Route
  readonly host: HostRoutes
}

/** Rules with more than one canary, and rules that share a Service port with one whose canary or affinity they do not have. */
export function findBalanceDifferences({ table }: CompatInput): Difference[] {
  const hosted = table.hosts.flatMap(host => host.routes.map((route): HostedRoute => ({ route, host })))
  return [
    ...hosted.flatMap(surplusCanaries),
    ...groupByPort(hosted).flatMap(group => [...sharedCanary(group), ...sharedAffinity(group)]),
  ]
}

/** "Maximum of one canary per rule": the first alternative counts, and admission refuses the others. */
function surplusCanaries({ route, host }: HostedRoute): Difference[] {
  return route.canaries.slice(1).map(canary => ({
    severity: 'warning',
    code: 'compat-canary-count',
    place: canary.origin.place,
    object: `Ingress ${canary.origin.namespace}/${canary.origin.ingress}`,
    problem: `path ${route.path}: ingress-nginx has one canary for a rule, that of Ingress ${route.canaries[0]!.origin.namespace}/${route.canaries[0]!.origin.ingress}; its webhook refuses this one`,
    shown: {
      request: requestOf({ route, host }, fieldsOf(canary)),
      here: `${shareText(canary)}${backendText(canary.backend)}`,
      there: route.backend === undefined ? '404' : `${backendText(route.backend)}, or the first canary`,
    },
  }))
}

function sharedCanary(group: readonly HostedRoute[]): Difference[] {
  const owner = group.find(({ route }) => route.canaries.length > 0)
  const canary = owner?.route.canaries[0]
  if (owner === undefined || canary === undefined) return []
  const others = group.filter(({ route }) => route.canaries.length === 0 && route.backend !== undefined)
  return others.slice(0, 1).map(other => ({
    severity: 'warning',
    code: 'compat-backend-shared',
    place: other.route.origin.place,
    object: objectOf(other.route),
    problem: `path ${other.route.path}: it has the Service port of path ${owner.route.path} of ${objectOf(owner.route)}, and ingress-nginx hangs that one's canary on the port${moreText(others)}`,
    shown: {
      request: requestOf(other, fieldsOf(canary)),
      here: backendText(other.route.backend!),
      there: `${shareText(canary)}${backendText(canary.backend)}`,
    },
  }))
}

function sharedAffinity(group: readonly HostedRoute[]): Difference[] {
  const isSticky = ({ route }: HostedRoute) => route.backend?.upstream?.policies.affinity.kind !== undefined
  const owner = group.find(isSticky)
  if (owner === undefined) return []
  const others = group.filter(hosted => !isSticky(hosted) && hosted.route.backend !== undefined)
  const cookie = owner.route.backend!.upstream!.policies.affinity.name
  return others.slice(0, 1).map(other => ({
    severity: 'note',
    code: 'compat-backend-shared',
    place: other.route.origin.place,
    object: objectOf(other.route),
    problem: `path ${other.route.path}: it has the Service port of ${objectOf(owner.route)}, and ingress-nginx hangs that one's session affinity on the port${moreText(others)}`,
    shown: {
      request: requestOf(other, [['Cookie', `${cookie}=…`]]),
      here: 'any endpoint',
      there: 'the endpoint of the cookie',
    },
  }))
}

/** Routes by the Service port they lead to, whatever else is said of it. */
function groupByPort(hosted: readonly HostedRoute[]): readonly (readonly HostedRoute[])[] {
  const groups = new Map<string, HostedRoute[]>()
  for (const one of hosted) {
    const { backend } = one.route
    if (backend === undefined) continue
    const port = backend.upstream?.port ?? backend.port
    const key = `${backend.namespace}/${backend.service}:${port}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

function requestOf({ route, host }: HostedRoute, fields: ShowingRequest['fields']): ShowingRequest {
  return requestFor(host.host, route.kind === 'regex' ? '/' : route.path, host.hasTls, fields)
}

/** What makes a canary take a request; nothing for one by weight alone. */
function fieldsOf({ rule }: Canary): ShowingRequest['fields'] {
  if (rule.header !== undefined) return [[rule.header, rule.headerValue ?? rule.headerPattern ?? 'always']]
  return rule.cookie === undefined ? [] : [['Cookie', `${rule.cookie}=always`]]
}

function shareText({ rule: { header, cookie, share } }: Canary): string {
  if (header !== undefined || cookie !== undefined) return ''
  return `with a chance of ${Math.round((share.to - share.from) * 1000) / 10} % `
}

function moreText(others: readonly unknown[]): string {
  return others.length === 1 ? '' : `, as on ${others.length - 1} more of its paths`
}
