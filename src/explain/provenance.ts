// Where the settings of a route come from: for each policy its effective values, and the annotation, the key of the ConfigMap
// or the default behind each. Nothing is remembered for it while compiling: values are compared with what the Ingresses of
// the host say by themselves, and the text is found where it was written.
import { isDeepStrictEqual } from 'node:util'
import type { HostContribution } from '../compile/collect-hosts.ts'
import type { CompiledFrom } from '../compile/compilation.ts'
import type { IngressPlan } from '../compile/plan-ingress.ts'
import { writtenInAnnotations, writtenInConfigMap } from '../compile/written-on.ts'
import type { WrittenSettings } from '../compile/written-settings.ts'
import { satisfy } from '../policies/access/satisfy.ts'
import { allPolicies, upstreamPolicies } from '../policies/all.ts'
import { affinity } from '../policies/balancing/affinity.ts'
import type { AnyPolicy, AnySetting } from '../policies/define-policy.ts'
import { canary as canaryPolicy } from '../policies/routing/canary.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { Canary, Route, Upstream } from '../routing/table.ts'
import { type FoundSource, findSource, type SettingLayer, type WrittenText } from './setting-layers.ts'

/** One setting of a route: its effective value and where that comes from. */
export interface SettingProvenance extends FoundSource {
  readonly policy: AnyPolicy
  /** Its name among the policy's settings. */
  readonly name: string
  readonly setting: AnySetting
  /** As compiled: may hold what Secrets hold. Only `shownValue` may be shown. */
  readonly value: unknown
  /** Why another place than the route's own Ingress, its ConfigMap or its Service decides; `undefined` where none does. */
  readonly because: string | undefined
  /** What the route's own Ingress says of it and does not get. */
  readonly overruled: WrittenText | undefined
}

/** Settings of one policy, as they are on a route, and what is laid over what to make them. */
interface Origin {
  readonly settings: Readonly<Record<string, unknown>>
  layersOf(name: string): readonly SettingLayer[]
  /** `undefined`: the layers explain it. */
  because(name: string): string | undefined
}

type Settings = Readonly<Record<string, unknown>>

const isOfUpstreams = new Set<AnyPolicy>(upstreamPolicies)

/** Finds where settings come from, for the table of one compilation. */
export class ProvenanceFinder {
  readonly #from: CompiledFrom
  readonly #base: readonly SettingLayer[]
  readonly #ofPlans = new WeakMap<IngressPlan, readonly SettingLayer[]>()
  readonly #ofUpstreams = new WeakMap<Upstream, readonly SettingLayer[]>()

  constructor(from: CompiledFrom) {
    this.#from = from
    const { configMap, policies } = from.globals
    const object = configMap && `ConfigMap ${objectKey(configMap.meta.namespace, configMap.meta.name)}`
    this.#base =
      configMap === undefined
        ? []
        : [layer(object!, 'config-map', writtenInConfigMap(configMap), policies as Layered)]
  }

  /**
   * Every setting of every policy of a route, in the order requests meet them; without a route of requests that none takes.
   * `policies`: only these.
   */
  of(route: Route | undefined, policies: readonly AnyPolicy[] = allPolicies): SettingProvenance[] {
    const main = route && this.#mainOf(route)
    return policies.flatMap(policy => {
      const origin =
        route === undefined
          ? simple(settingsIn(this.#from.globals.policies as Layered, policy), this.#base)
          : this.#originOf(route, policy, main)
      return this.#provenanceOf(policy, origin, main)
    })
  }

  /**
   * Every setting that a canary of a route brings along: when it takes requests, and how its backend is spoken to. `policies`:
   * only these.
   */
  ofCanary(
    route: Route,
    { backend, isSticky, origin }: Canary,
    policies: readonly AnyPolicy[] = [canaryPolicy, ...upstreamPolicies],
  ): SettingProvenance[] {
    const input = this.#from.inputOf(route.host)
    const main = this.#mainOf(route)
    const own = input && findContribution(input.canaries, origin)
    if (own === undefined) return []
    return policies.flatMap(policy => {
      if (policy === canaryPolicy) {
        const { canary } = own.hostPlan.plan.annotations
        return this.#provenanceOf(policy, simple(canary, this.#layersOf(own.hostPlan.plan)))
      }
      if (backend.upstream === undefined) return []
      // As in compiling: how endpoints are chosen is the canary's business, everything else the main rule's.
      const speaker = policy.onCanaries === true ? own : main
      const isSilent = policy === affinity && !isSticky
      return this.#provenanceOf(
        policy,
        isSilent
          ? simple(settingsIn(backend.upstream.policies as Layered, policy), [])
          : this.#originOfUpstream(backend.upstream, policy, speaker),
      )
    })
  }

  #provenanceOf(policy: AnyPolicy, origin: Origin, main?: HostContribution): SettingProvenance[] {
    return Object.entries<AnySetting>(policy.settings).map(([name, setting]) => {
      const found = findSource(origin.layersOf(name), policy, name)
      const because = origin.because(name)
      const overruled = because === undefined ? undefined : this.#overruled(main, policy, name, found)
      return { policy, name, setting, value: origin.settings[name], because, overruled, ...found }
    })
  }

  /** What the route's own Ingress says where another place decides. */
  #overruled(
    main: HostContribution | undefined,
    policy: AnyPolicy,
    name: string,
    { source }: FoundSource,
  ): WrittenText | undefined {
    if (main === undefined) return undefined
    const { source: own } = findSource(this.#layersOf(main.hostPlan.plan), policy, name)
    if (own.kind === 'default') return undefined
    return source.kind !== 'default' && source.place === own.place ? undefined : own
  }

  /** The share of the route's Ingress in its host. */
  #mainOf({ host, origin }: Route): HostContribution | undefined {
    const input = this.#from.inputOf(host)
    return input && findContribution(input.mains, origin)
  }

  #originOf(route: Route, policy: AnyPolicy, main: HostContribution | undefined): Origin {
    const upstream = isOfUpstreams.has(policy) ? route.backend?.upstream : undefined
    if (upstream !== undefined) return this.#originOfUpstream(upstream, policy, main)
    const settings = settingsIn(route.policies as Layered, policy)
    const own = main && settingsOfPlan(main, policy)
    if (own === settings) return simple(settings, this.#layersOf(main!.hostPlan.plan))
    const decider = policy.hostWide === true ? this.#deciderOf(route.host, policy) : undefined
    if (decider !== undefined) return this.#originOfHost(settings, policy, main, decider)
    if (policy.authenticates === true && main !== undefined && settings === policy.defaults)
      return simple(settings, [], this.#whyNobodyIsAsked(main))
    if (settings === settingsIn(this.#from.globals.policies as Layered, policy))
      return simple(settings, this.#base)
    return this.#withoutRewrite(settings, own, main)
  }

  /** What an Ingress says of its backends it says for itself alone; else the Service speaks. */
  #originOfUpstream(upstream: Upstream, policy: AnyPolicy, main: HostContribution | undefined): Origin {
    const settings = settingsIn(upstream.policies as Layered, policy)
    const { globals } = this.#from
    const own = main ? settingsOfPlan(main, policy) : settingsIn(globals.policies as Layered, policy)
    if (own !== policy.defaults)
      return simple(settings, main ? this.#layersOf(main.hostPlan.plan) : this.#base)
    return simple(settings, this.#layersOfService(upstream))
  }

  /** The Ingress that decides for the host, as in compiling: the oldest that writes something of the policy. */
  #deciderOf(host: string, { name }: AnyPolicy): HostContribution | undefined {
    const mains = this.#from.inputOf(host)?.mains ?? []
    return mains.find(({ hostPlan }) => hostPlan.plan.annotations.hostWide.includes(name))
  }

  #originOfHost(
    settings: Settings,
    policy: AnyPolicy,
    main: HostContribution | undefined,
    decider: HostContribution,
  ): Origin {
    const deciding = this.#layersOf(decider.hostPlan.plan)
    const because = `${decider.hostPlan.plan.object} decides it for the whole host`
    const own = main?.hostPlan.plan.annotations.hostWide.includes(policy.name)
      ? settingsOfPlan(main, policy)
      : undefined
    const decided = settingsOfPlan(decider, policy)
    if (own === undefined || settings === decided)
      return { settings, layersOf: () => deciding, because: () => because }
    const ownLayers = this.#layersOf(main!.hostPlan.plan)
    // Both have a say: of a value that both have the own Ingress's is the nearer.
    const isOwn = (name: string) =>
      isDeepStrictEqual(settings[name], own[name]) &&
      (ownLayers[0]!.written.of(policy).some(written => written.name === name) ||
        !isDeepStrictEqual(settings[name], decided[name]))
    return {
      settings,
      layersOf: name => (isOwn(name) ? ownLayers : deciding),
      because: name => (isOwn(name) ? undefined : because),
    }
  }

  /** On the paths of no-auth-locations. */
  #whyNobodyIsAsked({ hostPlan }: HostContribution): string {
    const { source } = findSource(this.#layersOf(hostPlan.plan), satisfy, 'noAuthLocations')
    const where = source.kind === 'default' ? 'by default' : `in ${source.object}`
    return `no-auth-locations (${where}) names the path: nobody is asked who they are there`
  }

  /** The default backend, and a path that is its own rewrite target, get paths as received. */
  #withoutRewrite(settings: Settings, own: Settings | undefined, main: HostContribution | undefined): Origin {
    const layers = main === undefined ? this.#base : this.#layersOf(main.hostPlan.plan)
    const isOwn = (name: string) => own !== undefined && isDeepStrictEqual(settings[name], own[name])
    return {
      settings,
      layersOf: name => (isOwn(name) ? layers : []),
      because: name => (isOwn(name) ? undefined : 'paths are sent on here as they are received'),
    }
  }

  #layersOf(plan: IngressPlan): readonly SettingLayer[] {
    const known = this.#ofPlans.get(plan)
    if (known !== undefined) return known
    const { handling, canary } = plan.annotations
    const policies: Layered = { ...(handling.policies as Layered), [canaryPolicy.name]: canary }
    const own = layer(plan.object, 'annotation', writtenInAnnotations(plan.ingress.meta), policies)
    const layers = [own, ...this.#base]
    this.#ofPlans.set(plan, layers)
    return layers
  }

  #layersOfService(upstream: Upstream): readonly SettingLayer[] {
    const known = this.#ofUpstreams.get(upstream)
    if (known !== undefined) return known
    const key = objectKey(upstream.namespace, upstream.service)
    const service = this.#from.resources.services.get(key)
    const written = service && writtenInAnnotations(service.meta, ({ setting }) => setting.on === 'both')
    const layers =
      written === undefined
        ? []
        : [layer(`Service ${key}`, 'annotation', written, upstream.policies as Layered)]
    this.#ofUpstreams.set(upstream, layers)
    return layers
  }
}

function findContribution(
  contributions: readonly HostContribution[],
  { namespace, ingress }: Route['origin'],
): HostContribution | undefined {
  return contributions.find(({ hostPlan: { plan } }) => {
    const { meta } = plan.ingress
    return meta.namespace === namespace && meta.name === ingress
  })
}

/** The settings of policies by their names. */
type Layered = Readonly<Record<string, Settings>>

function layer(
  object: string,
  kind: SettingLayer['kind'],
  written: WrittenSettings,
  policies: Layered,
): SettingLayer {
  return { object, kind, written, settingsOf: policy => settingsIn(policies, policy) }
}

function settingsIn(policies: Layered, { name, defaults }: AnyPolicy): Settings {
  return policies[name] ?? defaults
}

function settingsOfPlan({ hostPlan }: HostContribution, policy: AnyPolicy): Settings {
  return settingsIn(hostPlan.plan.annotations.handling.policies as Layered, policy)
}

function simple(settings: Settings, layers: readonly SettingLayer[], because?: string): Origin {
  return { settings, layersOf: () => layers, because: () => because }
}
