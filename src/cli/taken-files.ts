// Which of the files that changed are now served as they are.
import type { AppliedChange } from '../app/events.ts'

/** The changed files but for those whose previous version was kept. Empty when a look found nothing new, too. */
export function takenFiles({ changedFiles, keptFiles }: AppliedChange): readonly string[] {
  const kept = new Set(keptFiles.map(({ file }) => file))
  return changedFiles.filter(file => !kept.has(file))
}
