// Tells a person at a terminal what happens: the banner, then a line for each change with the findings that are new.
import type { AppliedChange, RunningApp } from '../app/events.ts'
import type { KeptFile } from '../sources/source.ts'
import { createDiagnosticChanges } from './diagnostic-changes.ts'
import { byPosition, plural } from './diagnostic-order.ts'
import type { Paint } from './paint.ts'
import { renderBanner } from './render-banner.ts'
import { renderProblems } from './render-problems.ts'
import type { Reporter } from './reporter.ts'
import { takenFiles } from './taken-files.ts'

/** What the reporter knows of the terminal and the program. */
export interface TerminalReporterOptions {
  /** Takes whole lines, without the line break. */
  readonly print: (line: string) => void
  readonly paint: Paint
  readonly version: string
  /** Characters per line. */
  readonly width: number
  /** On the clock of `performance.now()`; 0 is the start of the process. */
  readonly startedAtMs: number
  /** Whether the banner shows one curl line, or one for every host. */
  readonly examples: 'one' | 'all'
  /** Whether operational messages are printed too (`--log-level info` and `debug`). */
  readonly showsNotices: boolean
}

const maxNamedFiles = 3

/** Findings of the first table belong to the banner; after that only new ones are shown, and how many went away. */
export function createTerminalReporter(options: TerminalReporterOptions): Reporter {
  const { print, paint } = options
  const changesSince = createDiagnosticChanges()
  let first: AppliedChange | undefined
  let isReady = false

  function printChange(change: AppliedChange): void {
    for (const kept of change.keptFiles) print(paint('yellow', keptLine(kept)))
    const line = appliedLine(change)
    if (line !== undefined) print(paint('green', line))
    const { appeared, resolvedCount } = changesSince(change.diagnostics)
    for (const problem of renderProblems(byPosition(appeared), appeared.length, paint)) print(problem)
    if (resolvedCount > 0) print(`${plural(resolvedCount, 'problem')} resolved`)
  }

  return {
    applied(change) {
      if (isReady) return printChange(change)
      first = change
      changesSince(change.diagnostics)
    },
    ready(app: RunningApp) {
      isReady = true
      if (first === undefined) throw new Error('ready before the first table')
      const readyMs = performance.now() - options.startedAtMs
      const { version, examples, width } = options
      for (const line of renderBanner({ version, readyMs, app, change: first, examples, width }, paint))
        print(line)
      first = undefined
    },
    notice(message) {
      if (options.showsNotices) print(paint('dim', message))
    },
    stopped(signal) {
      print(`stopped (${signal})`)
    },
  }
}

/** `kept the previous version of shop.yaml (2 errors)`. */
function keptLine(kept: KeptFile): string {
  return `kept the previous version of ${kept.file} (${plural(kept.errorCount, 'error')})`
}

/** `applied shop.yaml: +2 routes ~1 -0 in 4 ms`; `undefined` when every changed file kept its previous version. */
function appliedLine(change: AppliedChange): string | undefined {
  const files = takenFiles(change)
  if (files.length === 0) return change.keptFiles.length === 0 ? 'looked again: no file changed' : undefined
  const { added, changed, removed } = change.routes
  const counts = `+${plural(added, 'route')} ~${changed} -${removed}`
  return `applied ${nameFiles(files)}: ${counts} in ${Math.round(change.durationMs)} ms`
}

function nameFiles(files: readonly string[]): string {
  if (files.length <= maxNamedFiles) return files.join(', ')
  return `${files.slice(0, maxNamedFiles).join(', ')} and ${files.length - maxNamedFiles} more files`
}
