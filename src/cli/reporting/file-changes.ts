// What a change means for the files that changed: taken over, or an older version kept. What was told is not told again.
import type { AppliedChange } from '../../app/events.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { KeptFile } from '../../sources/source.ts'

/** How the files of a change differ from those of the one before. */
export interface FileChanges {
  /** Changed files that are now served as they are. Empty when a look found nothing new. */
  readonly taken: readonly string[]
  /** Files that begin to be served in an older version, or whose new content is broken as well. */
  readonly kept: readonly KeptFile[]
}

/** Gives what changed since the previous call. A file that stays broken as it was is no news. */
export function createFileChanges(): (change: AppliedChange) => FileChanges {
  let keptBefore: ReadonlySet<string> = new Set()
  return ({ changedFiles, keptFiles }) => {
    const before = keptBefore
    const changed = new Set(changedFiles)
    const keptNow = new Set(keptFiles.map(({ file }) => file))
    keptBefore = keptNow
    return {
      taken: changedFiles.filter(file => !keptNow.has(file)),
      kept: keptFiles.filter(({ file }) => changed.has(file) || !before.has(file)),
    }
  }
}

/** Directories and files, among what new findings are about, that are gone or shut while their last objects serve on. */
export function lostPaths(appeared: readonly Diagnostic[], { changedFiles }: AppliedChange): string[] {
  const changed = new Set(changedFiles)
  return appeared
    .filter(({ code }) => code === 'path-missing' || code === 'file-unreadable')
    .flatMap(({ place }) => place?.document.file ?? [])
    .filter(file => !changed.has(file))
}
