// One of two sets of manifests that are compared.
import type { Compilation } from '../compile/compilation.ts'
import { ProvenanceFinder } from '../explain/provenance.ts'
import type { RoutingTable } from '../routing/table.ts'

/** A table, and who knows where its settings come from. */
export interface Side {
  readonly table: RoutingTable
  readonly provenance: ProvenanceFinder
}

/** What was compiled, as one of two sides. */
export function sideOf({ table, from }: Pick<Compilation, 'table' | 'from'>): Side {
  return { table, provenance: new ProvenanceFinder(from) }
}
