// What compiling gives: a table to serve and what is to be said about the manifests.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { RoutingTable } from '../routing/table.ts'
import type { HostInput } from './collect-hosts.ts'
import type { Globals } from './globals.ts'

/** What one snapshot compiled to. */
export interface Compilation {
  readonly table: RoutingTable
  /** Findings of compiling alone, by file and position; those of reading are the snapshot's. */
  readonly diagnostics: readonly Diagnostic[]
  /** When the same manifests give other findings, in milliseconds since the epoch: a certificate ends. `Infinity` for never. */
  readonly changesAtMs: number
  readonly from: CompiledFrom
}

/** What a table was made of: the compiler keeps it anyway. Whoever asks where a setting comes from finds it here. */
export interface CompiledFrom {
  readonly resources: ResourceSet
  /** The base of all Ingresses. */
  readonly globals: Globals
  /** What went into the rules of a host, empty for the catch-all; `undefined` for hosts that Ingresses name no rules for. */
  inputOf(host: string): HostInput | undefined
}

/** Compiles snapshot after snapshot and reuses what did not change between them. Same input, same result, always. */
export interface Compiler {
  /** Compiles a snapshot. Never throws for what a user wrote: that becomes a finding. */
  compile(resources: ResourceSet): Compilation
}
