// Tells a program what happens: one JSON object per line on standard output, findings and notices on standard error.
import type { AppliedChange, RunningApp } from '../app/events.ts'
import { formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { createDiagnosticChanges } from './diagnostic-changes.ts'
import { byPosition, countSeverities } from './diagnostic-order.ts'
import type { Reporter } from './reporter.ts'
import { takenFiles } from './taken-files.ts'

/** Where lines go, and which. */
export interface EventReporterOptions {
  /** Takes one line for standard output, without the line break. */
  readonly printEvent: (line: string) => void
  /** Takes one line for standard error. */
  readonly printMessage: (line: string) => void
  /** Whether operational messages are printed too (`--log-level info` and `debug`). */
  readonly showsNotices: boolean
}

/** `ready` comes first and carries the addresses alone; `applied` and `kept` follow for every change after it. */
export function createEventReporter(options: EventReporterOptions): Reporter {
  const changesSince = createDiagnosticChanges()
  let isReady = false

  function emit(event: string, fields: object): void {
    options.printEvent(JSON.stringify({ event, ...fields }))
  }

  function emitChange(change: AppliedChange): void {
    for (const { file, errorCount, since } of change.keptFiles) {
      emit('kept', { file, errors: errorCount, since: since.toISOString() })
    }
    const files = takenFiles(change)
    if (files.length === 0 && change.keptFiles.length > 0) return
    const { errors, warnings } = countSeverities(change.diagnostics)
    const { generation, routes, durationMs } = change
    emit('applied', { generation, files, routes, ms: Math.round(durationMs), errors, warnings })
  }

  return {
    applied(change) {
      for (const diagnostic of byPosition(changesSince(change.diagnostics).appeared)) {
        options.printMessage(formatDiagnostic(diagnostic))
      }
      if (isReady) emitChange(change)
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
