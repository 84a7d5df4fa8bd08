// Tells a person at a terminal what happens: the banner, then a line for each change with the findings that are new.
import type { AppliedChange, RunningApp } from '../../app/events.ts'
import { byPosition } from '../../diagnostics/order.ts'
import type { KeptFile } from '../../sources/source.ts'
import { plural } from '../diagnostic-order.ts'
import type { Paint } from '../paint.ts'
import { renderProblems } from '../render-problems.ts'
import { createDiagnosticChanges } from './diagnostic-changes.ts'
import { createFileChanges } from './file-changes.ts'
import { renderBanner } from './render-banner.ts'
import type { Reporter } from './reporter.ts'

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
  const filesSince = createFileChanges()
  let first: AppliedChange | undefined
  let isReady = false

  function printChange(change: AppliedChange): void {
    const { taken, kept } = filesSince(change)
    const { appeared, resolvedCount } = changesSince(change.diagnostics)
    for (const file of kept) print(paint('yellow', keptLine(file)))
    if (taken.length > 0) print(paint('green', appliedLine(taken, change)))
    else if (kept.length + appeared.length + resolvedCount === 0)
      print(paint('green', 'looked again: nothing changed'))
    for (const problem of renderProblems(byPosition(appeared), appeared.length, paint)) print(problem)
    if (resolvedCount > 0) print(`${plural(resolvedCount, 'problem')} resolved`)
  }

  return {
    applied(change) {
      if (isReady) return printChange(change)
      first = change
      filesSince(change)
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

/** `applied shop.yaml: +2 routes ~1 -0 in 4 ms`; `no route changed,` in place of the counts when all of them are 0. */
function appliedLine(files: readonly string[], { routes, durationMs }: AppliedChange): string {
  const { added, changed, removed } = routes
  const isSame = added + changed + removed === 0
  const counts = isSame ? 'no route changed,' : `+${plural(added, 'route')} ~${changed} -${removed}`
  return `applied ${nameFiles(files)}: ${counts} in ${Math.round(durationMs)} ms`
}

function nameFiles(files: readonly string[]): string {
  if (files.length <= maxNamedFiles) return files.join(', ')
  return `${files.slice(0, maxNamedFiles).join(', ')} and ${files.length - maxNamedFiles} more files`
}
