// More names for hosts (server-alias). A name leads to one host: rules go before aliases, older Ingresses before younger ones.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Alias } from '../policies/routing/server-alias.ts'
import type { HostAlias, HostRoutes } from '../routing/table.ts'
import { type Say, sayAbout } from './findings.ts'
import { annotationPlace } from './other-names.ts'
import type { IngressPlan } from './plan-ingress.ts'
import { hostText } from './planned-route.ts'

/** The aliases, oldest Ingress first. `routesOf`: the host that requests find by a name, if it is one's own. */
export function compileAliases(
  plans: readonly IngressPlan[],
  routesOf: RoutesOf,
  tlsHosts: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): readonly HostAlias[] {
  const pass = new AliasPass(routesOf, tlsHosts, diagnostics)
  for (const plan of plans) {
    if (plan.annotations.handling.policies.serverAlias.aliases.length > 0) pass.add(plan)
  }
  return [...pass.aliases.values()]
}

type RoutesOf = (host: string) => HostRoutes | undefined

class AliasPass {
  /** By kind and text. */
  readonly aliases = new Map<string, HostAlias>()
  /** By host, who gave it its aliases. */
  readonly #givers = new Map<string, string>()
  readonly #routesOf: RoutesOf
  readonly #tlsHosts: ReadonlySet<string>
  readonly #diagnostics: Diagnostic[]

  constructor(routesOf: RoutesOf, tlsHosts: ReadonlySet<string>, diagnostics: Diagnostic[]) {
    this.#routesOf = routesOf
    this.#tlsHosts = tlsHosts
    this.#diagnostics = diagnostics
  }

  /** The first host of an Ingress gets its aliases, unless an older Ingress gave it some. */
  add(plan: IngressPlan): void {
    const host = plan.hosts[0]?.host
    if (host === undefined) return
    const say = sayAbout(plan.object, this.#diagnostics)
    const place = annotationPlace(plan, 'server-alias')
    const sayHere: SayHere = (severity, code, message) =>
      say(severity, code, place, `server-alias: ${message}`)
    const giver = this.#givers.get(host)
    if (giver !== undefined) {
      sayHere(
        'error',
        'alias-conflict',
        `${hostText(host)} has the aliases of ${giver}; these have no effect`,
      )
      return
    }
    this.#givers.set(host, plan.object)
    for (const alias of plan.annotations.handling.policies.serverAlias.aliases)
      this.#addOne(alias, host, sayHere)
  }

  #addOne({ kind, text }: Alias, host: string, say: SayHere): void {
    if (kind === 'name' && text === host) return
    const key = `${kind} ${text}`
    const taken = this.#takenBy(kind, text, key)
    if (taken !== undefined) {
      say('error', 'alias-conflict', `${text} ${taken}; it does not lead to ${hostText(host)}`)
      return
    }
    const hasTls = kind === 'name' && this.#tlsHosts.has(text)
    if (this.#routesOf(host)?.hasTls === true && !hasTls)
      say('note', 'alias-not-covered', notCovered(kind, text))
    this.aliases.set(key, { kind, text, host, hasTls })
  }

  /** What else the name leads to, as a clause. */
  #takenBy(kind: Alias['kind'], text: string, key: string): string | undefined {
    const own = kind === 'name' ? this.#routesOf(text) : undefined
    if (own !== undefined) {
      const isRedirect = own.fallback !== undefined && own.fallback.host !== text
      return isRedirect ? `is redirected to ${own.fallback.host}` : 'is a host of its own'
    }
    const other = this.aliases.get(key)
    return other && `is an alias of ${hostText(other.host)}`
  }
}

/** Says something about one annotation. */
type SayHere = (severity: Parameters<Say>[0], code: Parameters<Say>[1], message: string) => void

function notCovered(kind: Alias['kind'], text: string): string {
  const why =
    kind === 'name'
      ? `${text}: no certificate of its Ingress covers it`
      : `~${text}: nobody knows which names a regex takes, so no certificate is theirs`
  return `${why}; HTTPS gets one of the local CA or the default one, and plain HTTP is not redirected`
}
