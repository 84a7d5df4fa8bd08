// All manifests → the routing table, in small passes. Pure but for what it remembers: results of the last compile are
// used again where nothing that went into them has changed.

import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Handling } from '../policies/handling.ts'
import type { Ingress } from '../resources/ingress.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Backend, HostRoutes, Upstream } from '../routing/table.ts'
import { checkAppProtocols } from './app-protocol.ts'
import { collectHosts, type HostInput, isSameInput } from './collect-hosts.ts'
import type { Compilation, Compiler } from './compilation.ts'
import { compileAliases } from './compile-aliases.ts'
import { createCertificateCompiler } from './compile-certificates.ts'
import { createGlobalsCompiler } from './compile-globals.ts'
import { type CompiledHost, compileHost } from './compile-host.ts'
import { compileWwwRedirects } from './compile-www-redirects.ts'
import { reportErrorBackends } from './error-backends.ts'
import { inReadingOrder, sayAbout } from './findings.ts'
import type { Globals } from './globals.ts'
import type { CompileOptions } from './options.ts'
import { orderByAge } from './order-by-age.ts'
import { type IngressPlan, planIngress } from './plan-ingress.ts'
import { holdFor, type Look, SnapshotReferences } from './references.ts'
import { reportMissingClasses } from './report-classes.ts'
import { reportLonelyCanaries } from './report-lonely-canaries.ts'
import { reportUnusedMaps } from './report-unused-maps.ts'
import { BackendResolver } from './resolve-backends.ts'
import { describeFinding } from './say-backend.ts'
import { selectIngresses } from './select-ingresses.ts'
import { checkServiceAnnotations } from './service-policies.ts'
import { upstreamVariantOf, varyBackend } from './vary-upstream.ts'

/** A host as it was compiled last, with what went into it. */
interface HostMemo extends CompiledHost {
  readonly input: HostInput
  /** Those its routes and canaries name, each once. */
  readonly upstreams: ReadonlySet<Upstream>
}

/**
 * Creates a compiler. Compiling a snapshot gives what a new compiler would give for it; `HostRoutes` that did not change
 * are the same objects as before. `now` gives milliseconds since the epoch: certificates expire.
 */
export function createCompiler(options: CompileOptions, now: () => number = Date.now): Compiler {
  const resolver = new BackendResolver(options.endpointMaps)
  const compileCertificates = createCertificateCompiler(options, now)
  const compileGlobals = createGlobalsCompiler(options, resolver)
  const planOf = createPlanner(resolver)
  let hosts: ReadonlyMap<string, HostMemo> = new Map()

  function compile(resources: ResourceSet): Compilation {
    const diagnostics: Diagnostic[] = []
    resolver.enter(resources)
    checkServices(resources, diagnostics)
    const ingresses = orderByAge(selectIngresses(resources, options, diagnostics))
    reportMissingClasses(ingresses, resources, diagnostics)
    const globals = compileGlobals(resources, diagnostics)
    const plans = ingresses.map(ingress => planOf(ingress, globals, resources))
    addAll(diagnostics, plans)
    const certificates = compileCertificates(plans, resources, diagnostics)
    const defaultBackend = varyDefault(findDefaultBackend(options, resolver, diagnostics), globals)
    const { inputs, lonelyCanaries } = collectHosts(plans, certificates.tlsHosts, resolver, defaultBackend)
    reportErrorBackends(plans, resolver, defaultBackend, globals, diagnostics)
    reportLonelyCanaries(lonelyCanaries, plans, diagnostics)
    hosts = compileHosts(inputs, hosts, globals.unclaimed)
    addAll(diagnostics, hosts.values())
    const defaultUpstream = defaultBackend?.upstream
    const upstreams = collectUpstreams(hosts.values(), defaultUpstream)
    reportUnusedMaps(options.endpointMaps, upstreams, resolver.namedInUrls, diagnostics)
    const { tlsHosts, changesAtMs } = certificates
    const redirects = compileWwwRedirects(plans, hosts, certificates, globals, diagnostics)
    const routesOf = (host: string) => hosts.get(host)?.hostRoutes ?? redirects.get(host)
    const table = Object.freeze({
      hosts: [...Array.from(hosts.values(), host => host.hostRoutes), ...redirects.values()],
      aliases: compileAliases(plans, routesOf, tlsHosts, diagnostics),
      defaultUpstream,
      unclaimed: globals.unclaimed,
      upstreams,
      certificates: certificates.table,
    })
    const compiled = hosts
    // Of unchanged hosts the inputs of before, so that nothing is kept twice.
    const from = { resources, globals, inputOf: (host: string) => compiled.get(host)?.input }
    return { table, diagnostics: inReadingOrder(diagnostics), changesAtMs, from }
  }

  return { compile }
}

/** A plan and what it was made of besides its Ingress. */
interface PlanMemo {
  readonly plan: IngressPlan
  readonly globals: Globals
  readonly looks: readonly Look[]
}

type Planner = (ingress: Ingress, globals: Globals, resources: ResourceSet) => IngressPlan

/** Plans live as long as the objects they were made of. */
function createPlanner(resolver: BackendResolver): Planner {
  const memos = new WeakMap<Ingress, PlanMemo>()
  return (ingress, globals, resources) => {
    const known = memos.get(ingress)
    if (known?.globals === globals && holdFor(known.looks, resources)) return known.plan
    const { namespace } = ingress.meta
    const { allowsOtherNamespaces } = globals.rules
    const references = new SnapshotReferences(resources, namespace, allowsOtherNamespaces, resolver)
    const plan = planIngress(ingress, globals, references)
    memos.set(ingress, { plan, globals, looks: references.looks })
    return plan
  }
}

function compileHosts(
  inputs: ReadonlyMap<string, HostInput>,
  before: ReadonlyMap<string, HostMemo>,
  unclaimed: Handling,
): ReadonlyMap<string, HostMemo> {
  const hosts = new Map<string, HostMemo>()
  for (const [host, input] of inputs) {
    const memo = before.get(host)
    const isSame = memo !== undefined && isSameInput(memo.input, input)
    hosts.set(host, isSame ? withCurrentLines(memo, unclaimed) : compileAnew(input, unclaimed))
  }
  return hosts
}

/** Conflicts name the winner's line, which moves when text is added above an unchanged document. */
function withCurrentLines(memo: HostMemo, unclaimed: Handling): HostMemo {
  if (!memo.diagnostics.some(({ code }) => code === 'path-conflict' || code === 'path-shadowed')) return memo
  return { ...memo, diagnostics: compileHost(memo.input, unclaimed).diagnostics }
}

function compileAnew(input: HostInput, unclaimed: Handling): HostMemo {
  const compiled = compileHost(input, unclaimed)
  return { ...compiled, input, upstreams: upstreamsOf(compiled.hostRoutes) }
}

function upstreamsOf({ routes, fallback }: HostRoutes): ReadonlySet<Upstream> {
  const all = fallback === undefined ? routes : [...routes, fallback]
  const backends = all.flatMap(({ backend, canaries, errorBackends }) => [
    backend,
    ...canaries.map(canary => canary.backend),
    errorBackends?.standIn,
    errorBackends?.pages,
  ])
  return new Set(backends.map(backend => backend?.upstream).filter(upstream => upstream !== undefined))
}

function addAll(
  diagnostics: Diagnostic[],
  found: Iterable<{ readonly diagnostics: readonly Diagnostic[] }>,
): void {
  for (const { diagnostics: own } of found) for (const diagnostic of own) diagnostics.push(diagnostic)
}

function checkServices(resources: ResourceSet, diagnostics: Diagnostic[]): void {
  for (const service of resources.services.values()) {
    if (service.meta.annotations.size > 0) checkServiceAnnotations(service, diagnostics)
    checkAppProtocols(service, diagnostics)
  }
}

function findDefaultBackend(
  options: CompileOptions,
  resolver: BackendResolver,
  diagnostics: Diagnostic[],
): Backend | undefined {
  if (options.defaultBackendService === undefined) return undefined
  const { namespace, name } = options.defaultBackendService
  const { backend, finding } = resolver.resolveFirstPort(namespace, name)
  const say = sayAbout(`Service ${namespace}/${name}`, diagnostics)
  if (finding !== undefined) {
    const message = describeFinding(finding, 'requests that nothing claims get 404')
    say(finding.severity, finding.code, undefined, `default backend: ${message}`)
  }
  return backend
}

/** Nobody speaks for the default backend but the ConfigMap. */
function varyDefault(backend: Backend | undefined, { policies }: Globals): Backend | undefined {
  return backend && varyBackend(backend, upstreamVariantOf(policies))
}

function collectUpstreams(
  hosts: Iterable<HostMemo>,
  defaultUpstream: Upstream | undefined,
): ReadonlyMap<string, Upstream> {
  const upstreams = new Map<string, Upstream>()
  if (defaultUpstream !== undefined) upstreams.set(defaultUpstream.key, defaultUpstream)
  for (const host of hosts) {
    for (const upstream of host.upstreams) upstreams.set(upstream.key, upstream)
  }
  return upstreams
}
