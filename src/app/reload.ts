// A change, from a source's snapshot to the live table: compile, index, swap. A step that fails leaves the last good table
// serving.
import type { CertificateStore } from '../certificates/cert-store.ts'
import { createCompiler } from '../compile/compile.ts'
import type { CompileOptions } from '../compile/options.ts'
import { countRouteChanges } from '../compile/route-changes.ts'
import { swapTable } from '../proxy/create-proxy.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { Snapshot } from '../sources/source.ts'
import type { AppEvents } from './events.ts'

export interface ReloaderParts {
  readonly compileOptions: CompileOptions
  readonly proxy: ProxyContext
  readonly certificates: CertificateStore
  readonly events: AppEvents
  /** Called when a new table is live. */
  readonly afterSwap: () => void
}

export interface Reloader {
  /** Makes a snapshot live. Never throws: an exception is our bug, and even then the last table goes on serving. */
  apply(snapshot: Snapshot): void
}

/** Creates what turns snapshots into live tables. */
export function createReloader({
  compileOptions,
  proxy,
  certificates,
  events,
  afterSwap,
}: ReloaderParts): Reloader {
  const compiler = createCompiler(compileOptions)
  let generation = 0

  function swap(snapshot: Snapshot): void {
    const startedAt = performance.now()
    const { table, diagnostics } = compiler.compile(snapshot.resources)
    const before = proxy.live.table
    swapTable(proxy, table)
    certificates.apply(table.certificates)
    afterSwap()
    generation++
    events.applied({
      table,
      generation,
      diagnostics: [...snapshot.diagnostics, ...diagnostics],
      changedFiles: snapshot.changedFiles,
      keptFiles: snapshot.keptFiles,
      routes: countRouteChanges(before, table),
      durationMs: performance.now() - startedAt,
      otherKinds: snapshot.resources.otherKinds,
      ingressCount: snapshot.resources.ingresses.length,
    })
  }

  return {
    apply(snapshot) {
      try {
        swap(snapshot)
      } catch (error) {
        const trace = error instanceof Error ? error.stack : String(error)
        events.notice(
          `a change was not applied, the previous table keeps serving; this is a bug in Portico: ${trace}`,
        )
      }
    },
  }
}
