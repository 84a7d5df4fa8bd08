// Tells a program what happens: one JSON object per line on standard output, findings and notices on standard error.
import type { AppliedChange, RunningApp } from '../../app/events.ts'
import { formatDiagnostic } from '../../diagnostics/diagnostic.ts'
import { byPosition, countSeverities } from '../../diagnostics/order.ts'
import { createDiagnosticChanges } from './diagnostic-changes.ts'
import { createFileChanges, type FileChanges, lostPaths } from './file-changes.ts'
import type { Reporter } from './reporter.ts'

/** Where lines go, and which. */
export interface EventReporterOptions {
  /** Takes one line for standard output, without the line break. */
  readonly printEvent: (line: string) => void
  /** Takes one line for standard error. */
  readonly printMessage: (line: string) => void
  /** Whether operational messages are printed too (`--log-level info` and `debug`). */
  readonly showsNotices: boolean
}

/** A line has to stay short whatever is copied into the directory. */
const maxNamedFiles = 10

/**
 * `ready` comes first and carries the addresses alone; `applied` and `kept` follow for every change after it. `kept` names a
 * file whose previous version serves in place of the new one, or a path that is gone.
 */
export function createEventReporter(options: EventReporterOptions): Reporter {
  const changesSince = createDiagnosticChanges()
  const filesSince = createFileChanges()
  let isReady = false

  function emit(event: string, fields: object): void {
    options.printEvent(JSON.stringify({ event, ...fields }))
  }

  function emitChange(change: AppliedChange, { taken, kept }: FileChanges, lost: readonly string[]): void {
    for (const { file, errorCount, since, brokenSince } of kept) {
      const times = { since: since.toISOString(), brokenSince: brokenSince.toISOString() }
      emit('kept', { file, errors: errorCount, ...times })
    }
    for (const file of lost) emit('kept', { file, errors: 1 })
    if (taken.length > 0 || kept.length + lost.length === 0) emitApplied(change, taken)
  }

  function emitApplied(
    { generation, diagnostics, routes, durationMs }: AppliedChange,
    taken: readonly string[],
  ): void {
    const { errors, warnings } = countSeverities(diagnostics)
    const files = taken.slice(0, maxNamedFiles)
    const more = taken.length > files.length ? taken.length - files.length : undefined
    emit('applied', { generation, files, more, routes, ms: Math.round(durationMs), errors, warnings })
  }

  return {
    applied(change) {
      const { appeared } = changesSince(change.diagnostics)
      for (const diagnostic of byPosition(appeared)) options.printMessage(formatDiagnostic(diagnostic))
      const files = filesSince(change)
      if (isReady) emitChange(change, files, lostPaths(appeared, change))
    },
    ready({ http, https, admin }: RunningApp) {
      isReady = true
      emit('ready', { http, https, admin })
    },
    notice(message) {
      if (options.showsNotices) options.printMessage(message)
    },
    stopped(signal) {
      emit('stopped', { signal })
    },
  }
}
