// Compiling hand-built objects in tests.
import type { Compilation } from '../../src/compile/compilation.ts'
import { createCompiler } from '../../src/compile/compile.ts'
import type { CompileOptions } from '../../src/compile/options.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { buildMatcher } from '../../src/routing/matcher.ts'
import type { HostRoutes, Route } from '../../src/routing/table.ts'
import { expectDeclaredSeverities } from './declared-severity.ts'
import { matchIn } from './match-in.ts'
import { resourceSet } from './resources.ts'

/** Options of a run without flags, but for those given. */
export function compileOptions(options: Partial<CompileOptions> = {}): CompileOptions {
  return {
    ingressClasses: [],
    namespace: undefined,
    defaultBackendService: undefined,
    defaultSslCertificate: undefined,
    configMap: undefined,
    endpointMaps: [],
    ...options,
  }
}

/** A compilation and the questions tests ask of it. */
export interface Compiled extends Compilation {
  /** Codes of the diagnostics, in order. */
  readonly codes: readonly string[]
  host(name: string): HostRoutes | undefined
  route(host: string, path: string): Route | undefined
  /** The Service that takes a request; `undefined` when none does. */
  service(host: string, path: string): string | undefined
}

/** Compiles objects once. */
export function compile(
  resources: readonly Resource[],
  options: Partial<CompileOptions> = {},
  now?: () => number,
): Compiled {
  const compilation = createCompiler(compileOptions(options), now).compile(resourceSet(...resources))
  expectDeclaredSeverities(compilation.diagnostics)
  const matcher = buildMatcher(compilation.table)
  return {
    ...compilation,
    codes: compilation.diagnostics.map(({ code }) => code),
    host: name => compilation.table.hosts.find(({ host }) => host === name),
    route: (host, path) => matchIn(matcher, host, path),
    service: (host, path) => matchIn(matcher, host, path)?.backend?.service,
  }
}
