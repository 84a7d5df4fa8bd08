// One of two sets of manifests that are compared.
import type { CompiledFrom } from '../compile/compilation.ts'
import type { RoutingTable } from '../routing/table.ts'

/** A table, and what it was made of, to find where settings come from. */
export interface Side {
  readonly table: RoutingTable
  readonly from: CompiledFrom
}
