// What compiling gives: a table to serve and what is to be said about the manifests.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { RoutingTable } from '../routing/table.ts'

export interface Compilation {
  readonly table: RoutingTable
  readonly diagnostics: readonly Diagnostic[]
}

/** Compiles snapshot after snapshot and reuses what did not change between them. Same input, same result, always. */
export interface Compiler {
  compile(resources: ResourceSet): Compilation
}
