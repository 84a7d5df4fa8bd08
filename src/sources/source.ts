// What a source of Kubernetes objects promises, whether it reads a directory or a cluster's API.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ResourceSet } from '../resources/resource-set.ts'

/** All objects of a source at one moment. Always whole: events only mean "look again". */
export interface Snapshot {
  /** When the look that found it began: milliseconds on the clock of `performance.now()`. Reading and parsing came after. */
  readonly startedAt: number
  readonly resources: ResourceSet
  /** Findings of reading: syntax, validation, duplicates. Those of files that kept their last good objects included. */
  readonly diagnostics: readonly Diagnostic[]
  /** Files that differ from the previous snapshot, as the user named them; every file in the first one. */
  readonly changedFiles: readonly string[]
  /** Changed files that do not parse: their last good objects are in `resources`. */
  readonly keptFiles: readonly KeptFile[]
}

/** A file whose last good version serves in place of the present one, which does not parse. */
export interface KeptFile {
  /** As diagnostics name it. */
  readonly file: string
  /** When the version that serves was read. */
  readonly since: Date
  /** When a version was first found that does not parse; later ones that do not either leave it as it is. */
  readonly brokenSince: Date
  /** What is wrong with the present version; at least 1. */
  readonly errorCount: number
}

/** Where Kubernetes objects come from. Nothing is read before `start`; a started source must be closed. */
export interface Source {
  /**
   * Reads everything once, then calls `onSnapshot` for it and for each change after it. Rejects with SourceError if what
   * the user named is not there.
   */
  start(onSnapshot: (snapshot: Snapshot) => void): Promise<void>
  /** Looks at everything again now (SIGHUP); a snapshot follows even if nothing changed. */
  rescan(): Promise<void>
  /** Stops; resolves when a look under way is done. No snapshot comes after that. */
  close(): Promise<void>
}
