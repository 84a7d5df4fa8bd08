// Reads and compiles once, exactly as `run` does, for the commands that serve nothing.

import { assumeEndpoints } from '../compile/assume-endpoints.ts'
import type { CompiledFrom } from '../compile/compilation.ts'
import { createCompiler } from '../compile/compile.ts'
import type { CompileOptions, EndpointMap } from '../compile/options.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { RoutingTable } from '../routing/table.ts'
import { readOnce } from '../sources/read-once.ts'
import type { Snapshot } from '../sources/source.ts'
import { SourceError } from '../sources/source-error.ts'
import { stderrProgress } from './progress-line.ts'
import { progressText } from './progress-text.ts'
import { UsageError } from './usage-error.ts'

/** What the manifests are and what they compile to. */
export interface CompiledOnce {
  readonly snapshot: Snapshot
  readonly table: RoutingTable
  /** Of reading and of compiling. */
  readonly diagnostics: readonly Diagnostic[]
  /** What the table was made of. */
  readonly from: CompiledFrom
}

/** Rejects with `UsageError` when a path can not be read. */
export async function compileOnce(paths: readonly string[], options: CompileOptions): Promise<CompiledOnce> {
  const snapshot = await readSnapshot(paths)
  const { table, diagnostics, from } = createCompiler(options).compile(snapshot.resources)
  return { snapshot, table, diagnostics: [...snapshot.diagnostics, ...diagnostics], from }
}

/** The same with an endpoint for each Service that nobody lists any for; the diagnostics are those without. */
export async function compileAssumingEndpoints(
  paths: readonly string[],
  options: CompileOptions,
): Promise<CompiledOnce & { readonly assumed: readonly EndpointMap[] }> {
  const compiled = await compileOnce(paths, options)
  const assumed = assumeEndpoints(compiled.table)
  if (assumed.length === 0) return { ...compiled, assumed }
  const endpointMaps = [...options.endpointMaps, ...assumed]
  const { table, from } = createCompiler({ ...options, endpointMaps }).compile(compiled.snapshot.resources)
  return { ...compiled, table, from, assumed }
}

/** Reads everything once, and says on standard error how far it is if that takes long. Rejects with `UsageError` when a path can not be read. */
export async function readSnapshot(paths: readonly string[]): Promise<Snapshot> {
  const line = stderrProgress()
  try {
    return await readOnce(paths, process.stdin, progress => line.show(progressText(progress)))
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message)
    throw error
  } finally {
    line.end()
  }
}
