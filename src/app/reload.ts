// A change, from a source's snapshot to the live table: compile, index, swap. A step that fails leaves the last good table
// serving.
import type { CertificateStore } from '../certificates/cert-store.ts'
import type { CompiledFrom } from '../compile/compilation.ts'
import { createCompiler } from '../compile/compile.ts'
import type { CompileOptions } from '../compile/options.ts'
import { countRouteChanges } from '../compile/route-changes.ts'
import { countSeverities } from '../diagnostics/order.ts'
import type { ReloadFigures } from '../metrics/reloads.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import { labelsUnder } from '../proxy/route-series.ts'
import { buildMatcher } from '../routing/matcher.ts'
import type { RoutingTable } from '../routing/table.ts'
import type { Snapshot } from '../sources/source.ts'
import { Appointment } from './appointment.ts'
import type { AppEvents, AppliedChange } from './events.ts'

/** What a reload works on. */
export interface ReloaderParts {
  readonly compileOptions: CompileOptions
  readonly proxy: ProxyContext
  readonly certificates: CertificateStore
  readonly events: AppEvents
  /** Called when a new table is live. */
  readonly afterSwap: () => void
}

/** Turns snapshots into live tables. */
export interface Reloader {
  /** Makes a snapshot live. Never throws: an exception is our bug, and even then the last table goes on serving. */
  apply(snapshot: Snapshot): void
  /** What the table that serves was compiled from. */
  readonly from: CompiledFrom | undefined
  /** Ends what waits for certificates to end. */
  close(): void
}

/** Creates the step between a source and the live table; it compiles incrementally, so one is used for all snapshots. */
export function createReloader(parts: ReloaderParts): Reloader {
  const { proxy, events } = parts
  const compiler = createCompiler(parts.compileOptions)
  const nextDate = new Appointment()
  let generation = 0
  let servedFrom: CompiledFrom | undefined

  /** Everything that could fail comes before the swap; telling about it comes after. */
  function makeLive(snapshot: Snapshot): AppliedChange {
    const before = proxy.live.table
    const compileStart = performance.now()
    const { table, diagnostics, changesAtMs, from } = compiler.compile(snapshot.resources)
    const routes = countRouteChanges(before, table)
    swap(table, parts)
    const compileMs = performance.now() - compileStart
    servedFrom = from
    nextDate.set(changesAtMs, () => apply({ ...snapshot, changedFiles: [], startedAt: performance.now() }))
    const change = {
      table,
      generation: ++generation,
      diagnostics: [...snapshot.diagnostics, ...diagnostics],
      changedFiles: snapshot.changedFiles,
      keptFiles: snapshot.keptFiles,
      routes,
      durationMs: performance.now() - snapshot.startedAt,
      otherKinds: snapshot.resources.otherKinds,
      ingressCount: snapshot.resources.ingresses.length,
    }
    proxy.counters.reloads.noteApplied(figuresOf(change, compileMs))
    return change
  }

  function apply(snapshot: Snapshot): void {
    let change: AppliedChange
    try {
      change = makeLive(snapshot)
    } catch (error) {
      proxy.counters.reloads.noteFailed()
      events.notice(`a change was not applied, the previous table keeps serving; ${bugReport(error)}`)
      return
    }
    try {
      parts.afterSwap()
      events.applied(change)
    } catch (error) {
      events.notice(`a change is live but could not be told about; ${bugReport(error)}`)
    }
  }

  return {
    apply,
    get from() {
      return servedFrom
    },
    close: () => nextDate.cancel(),
  }
}

/** From the next request and handshake on, `table` serves; requests under way keep theirs. */
function swap(table: RoutingTable, { proxy, certificates }: ReloaderParts): void {
  const matcher = buildMatcher(table, proxy.live.matcher)
  proxy.upstreams.reconcile(table)
  proxy.live = { table, matcher }
  proxy.counters.series.follow(() => labelsUnder(table))
  certificates.apply(table.certificates)
}

function figuresOf(change: AppliedChange, compileMs: number): ReloadFigures {
  const { generation, durationMs, keptFiles } = change
  const { errors: error, warnings: warning, notes: note } = countSeverities(change.diagnostics)
  return {
    generation,
    durationMs,
    compileMs,
    findings: { error, warning, note },
    keptFiles: keptFiles.length,
  }
}

function bugReport(error: unknown): string {
  return `this is a bug in Portico: ${error instanceof Error ? error.stack : String(error)}`
}
