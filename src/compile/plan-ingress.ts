// What one Ingress asks for by itself: per host its paths, their kinds and policies. Depends on the Ingress, on what holds
// for all, and on the objects its annotations name. Backends are named here, not looked up.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'
import { needsNoAuthentication } from '../policies/access/satisfy.ts'
import type { RoutePolicies } from '../policies/all.ts'
import type { Handling } from '../policies/handling.ts'
import type { References } from '../policies/references.ts'
import { isConditional } from '../policies/routing/match-conditions.ts'
import type { Ingress, IngressBackend, IngressPath, PathType } from '../resources/ingress.ts'
import { compilePathRegex } from '../routing/rule-path.ts'
import type { RouteKind } from '../routing/table.ts'
import { type Say, sayAbout } from './findings.ts'
import type { Globals } from './globals.ts'
import { literalStart } from './literal-start.ts'
import { type NamedBackend, nameBackend } from './named-backend.ts'
import { type IngressAnnotations, readAnnotations } from './read-annotations.ts'

/** Everything an Ingress asks for, and the findings about it alone. */
export interface IngressPlan {
  readonly ingress: Ingress
  /** For messages: `Ingress shop/web`. */
  readonly object: string
  readonly annotations: IngressAnnotations
  readonly hosts: readonly HostPlan[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The share of an Ingress in one host. */
export interface HostPlan {
  readonly plan: IngressPlan
  readonly host: string
  readonly paths: readonly PathPlan[]
  /** The Ingress's default backend, where it serves what no path of this host takes. */
  readonly fallback: BackendPlan | undefined
}

/** A path that is to be served, with the policies of its Ingress. */
export interface PathPlan {
  readonly place: Place
  readonly path: string
  readonly pathType: PathType
  readonly kind: RouteKind
  readonly handling: Handling
  readonly backend: BackendPlan
}

/** A backend and where it is named. */
export interface BackendPlan extends NamedBackend {
  readonly place: Place
}

/** Plans an Ingress. Paths that can not be served are reported and left out. */
export function planIngress(ingress: Ingress, globals: Globals, references: References): IngressPlan {
  const { meta } = ingress
  const object = `Ingress ${meta.namespace}/${meta.name}`
  const diagnostics: Diagnostic[] = []
  const say = sayAbout(object, diagnostics)
  const annotations = readAnnotations(meta, globals, references, say)
  const hosts: HostPlan[] = []
  const plan: IngressPlan = { ingress, object, annotations, hosts, diagnostics }
  if (annotations.canary.enabled) reportCanaryTls(ingress, say)
  const paths = planRules(ingress, annotations, say)
  reportUnconditional(ingress, annotations, say)
  const fallback =
    ingress.defaultBackend &&
    planBackend(ingress, annotations, ingress.defaultBackend, 'default backend', say)
  // A canary's default backend joins the catch-all (ingress-nginx); others serve the hosts of their Ingress.
  if (paths.size === 0 || (annotations.canary.enabled && fallback !== undefined))
    paths.set('', paths.get('') ?? [])
  for (const [host, hostPaths] of paths) {
    const serves = !annotations.canary.enabled || host === ''
    hosts.push({ plan, host, paths: hostPaths, fallback: serves ? fallback : undefined })
  }
  return plan
}

/** A default backend takes what no path of the host takes, which no condition of the request changes. */
function reportUnconditional(ingress: Ingress, { handling }: IngressAnnotations, say: Say): void {
  if (ingress.defaultBackend === undefined || !isConditional(handling.policies.matchConditions)) return
  say(
    'warning',
    'match-default-backend',
    ingress.defaultBackend.place,
    'default backend: the conditions of portico/match-… do not apply to it; it takes every request that no path takes',
  )
}

function reportCanaryTls(ingress: Ingress, say: Say): void {
  for (const { place } of ingress.tls) {
    say('note', 'tls-unused', place, 'a tls section has no effect on a canary; write it on the main Ingress')
  }
}

function planRules(ingress: Ingress, annotations: IngressAnnotations, say: Say): Map<string, PathPlan[]> {
  const asksForRegex = wantsRegex(ingress, annotations.handling.policies)
  const byHost = new Map<string, PathPlan[]>()
  for (const rule of ingress.rules) {
    const paths = byHost.get(rule.host) ?? []
    byHost.set(rule.host, paths)
    for (const path of rule.paths ?? []) {
      const planned = planPath(ingress, path, asksForRegex, annotations, say)
      if (planned !== undefined) paths.push(planned)
    }
  }
  return byHost
}

/** `use-regex`, or a rewrite target that differs from a path, makes all paths of the Ingress regexes (ingress-nginx). */
function wantsRegex(ingress: Ingress, { rewrite }: RoutePolicies): boolean {
  if (rewrite.useRegex || rewrite.target === undefined) return rewrite.useRegex
  const { text } = rewrite.target
  return ingress.rules.some(rule => rule.paths?.some(({ path }) => path !== text))
}

function planPath(
  ingress: Ingress,
  path: IngressPath,
  isRegex: boolean,
  annotations: IngressAnnotations,
  say: Say,
): PathPlan | undefined {
  const { canary } = annotations
  const { noAuthLocations } = annotations.handling.policies.satisfy
  const isOpen = needsNoAuthentication(path.path, noAuthLocations)
  const handling = isOpen ? annotations.openHandling : annotations.handling
  const { policies } = handling
  const backend = planBackend(ingress, annotations, path.backend, `path ${path.path}`, say)
  if (backend === undefined) return undefined
  if (isRegex && !checkRegex(path, handling, say)) {
    // Without its guard what the path would have taken must not fall to a rule that lets everybody in.
    return canary.enabled || handling.guardKey === '' ? undefined : closedPath(path, handling, backend)
  }
  // How a canary's path is matched is the main rule's business.
  if (!canary.enabled) {
    reportPathType(path, isRegex, annotations, say)
    if (isRegex) reportCookiePath(path, policies, say)
  }
  return {
    place: path.place,
    path: path.path,
    pathType: path.pathType,
    kind: isRegex ? 'regex' : path.pathType === 'Exact' ? 'exact' : 'prefix',
    handling: policies.rewrite.target?.text === path.path ? withoutRewrite(handling) : handling,
    backend,
  }
}

/** Stands for a guarded path whose regex does not compile: everything that may be meant by it is closed. */
function closedPath(
  { place, path, pathType }: IngressPath,
  handling: Handling,
  backend: BackendPlan,
): PathPlan {
  const denied = `path ${path} can not be matched, and its Ingress guards it`
  return {
    place,
    path: literalStart(path),
    pathType,
    kind: 'regex',
    handling: { ...handling, denied },
    backend,
  }
}

/** Handling of paths that are sent on as received: the default backend's, and those a rewrite target is equal to. */
export function withoutRewrite(handling: Handling): Handling {
  const { policies } = handling
  if (policies.rewrite.target === undefined) return handling
  return { ...handling, policies: { ...policies, rewrite: { ...policies.rewrite, target: undefined } } }
}

function planBackend(
  ingress: Ingress,
  { handling }: IngressAnnotations,
  backend: IngressBackend,
  what: string,
  say: Say,
): BackendPlan | undefined {
  const { service, resource, place } = backend
  const { namespace } = ingress.meta
  if (service === undefined) {
    const named = resource === undefined ? 'nothing' : `${resource.kind} "${resource.name}"`
    say(
      'error',
      'backend-resource-unsupported',
      place,
      `${what}: names ${named} where only Services are served; it is left out`,
    )
    return undefined
  }
  const byAddress = handling.policies.serviceUpstream.enabled
  return { place, ...nameBackend(namespace, service.name, service.port, byAddress) }
}

function checkRegex(path: IngressPath, { policies, guardKey }: Handling, say: Say): boolean {
  const compiled = compilePathRegex(path.path)
  if ('problem' in compiled) {
    const closed = `requests that begin with ${literalStart(path.path) || '/'} get 503, because the Ingress guards them`
    say(
      'error',
      'path-regex',
      path.place,
      `path ${path.path}: as a regex it ${compiled.problem}; ${guardKey === '' ? 'the path is not served' : closed}`,
    )
    return false
  }
  const { target } = policies.rewrite
  const groups = [...(target?.path ?? []), ...(target?.query ?? [])].filter(part => typeof part === 'number')
  const missing = groups.find(group => group > compiled.regex.groupCount())
  if (missing !== undefined) {
    say(
      'warning',
      'path-group-missing',
      path.place,
      `path ${path.path}: has no group ${missing} for $${missing} of the rewrite target; it stands for nothing`,
    )
  }
  return true
}

function reportCookiePath(path: IngressPath, { affinity }: RoutePolicies, say: Say): void {
  if (affinity.kind === undefined || affinity.path !== undefined) return
  say(
    'warning',
    'session-cookie-path',
    path.place,
    `path ${path.path}: is a regex, which no cookie's path can be; the session cookie gets the path "/", set session-cookie-path`,
  )
}

function reportPathType(
  path: IngressPath,
  isRegex: boolean,
  { handling, rules }: IngressAnnotations,
  say: Say,
): void {
  const { place, pathType } = path
  const what = `path ${path.path}`
  if (pathType === 'ImplementationSpecific') {
    if (isRegex || !/[$*+?()[\]{}|^\\]/.test(path.path)) return
    const otherwise = 'looks like a regex and is matched literally; set the annotation use-regex: "true"'
    const advice = adviceFor(path.path) ?? otherwise
    say('warning', 'path-regex-not-enabled', place, `${what}: ${advice}`)
  } else if (!/^\/[A-Za-z0-9._/-]*$/.test(path.path)) {
    if (!rules.strictPathTypes) return
    const meant = isRegex ? undefined : adviceFor(path.path)
    const advice = meant === undefined ? 'use ImplementationSpecific' : `it ${meant}`
    say(
      'warning',
      'path-type-refused',
      place,
      `${what}: has characters that ingress-nginx refuses for pathType ${pathType}; ${advice}`,
    )
  } else if (isRegex) {
    const cause = handling.policies.rewrite.useRegex ? 'use-regex' : 'rewrite-target'
    say(
      'note',
      'path-regex-implied',
      place,
      `${what}: ${cause} makes it a regex, case-insensitive and open at its end; pathType ${pathType} has no effect`,
    )
  }
}

/** What to write in the place of a path that is meant as something else than it says; `undefined` for others. */
function adviceFor(path: string): string | undefined {
  // What the load balancers of AWS and Google call a prefix.
  const above = /^(\/[\w./-]*)\*$/.exec(path)?.[1]
  if (above !== undefined)
    return `is no pattern here, it is matched literally; write ${above === '/' ? above : above.replace(/\/$/, '')} with pathType: Prefix`
  const end = /\?[^=/?*+)]+=|#/.exec(path)
  if (end === null) return undefined
  const what =
    end[0] === '#' ? 'a fragment, which browsers do not send' : 'a query, which is no part of a path'
  const instead = end[0] === '#' ? '' : ' and ask for it with portico/match-query'
  return `has ${what}: it is matched literally; leave it out${instead}`
}
