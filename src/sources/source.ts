// What a source of Kubernetes objects promises, whether it reads a directory or a cluster's API.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ResourceSet } from '../resources/resource-set.ts'

/** All objects of a source at one moment. Always whole: events only mean "look again". */
export interface Snapshot {
  readonly resources: ResourceSet
  /** Findings of reading: syntax, validation, duplicates. Those of files that kept their last good objects included. */
  readonly diagnostics: readonly Diagnostic[]
  /** Files that differ from the previous snapshot, as the user named them; every file in the first one. */
  readonly changedFiles: readonly string[]
  /** Changed files that do not parse: their last good objects are in `resources`. */
  readonly keptFiles: readonly KeptFile[]
}

export interface KeptFile {
  readonly file: string
  readonly since: Date
  readonly errorCount: number
}

/** A running source. */
export interface Source {
  /** Reads everything once, then calls `onSnapshot` for it and for each change after it. Rejects if a path does not exist. */
  start(onSnapshot: (snapshot: Snapshot) => void): Promise<void>
  /** Looks at everything again now (SIGHUP); a snapshot follows even if nothing changed. */
  rescan(): Promise<void>
  close(): Promise<void>
}
