// Chooses how to tell: a person when standard output is a terminal, a program when it is not.

import { readVersion } from '../../app/version.ts'
import type { LogLevel } from '../flags.ts'
import { createPaint } from '../paint.ts'
import { stderrProgress } from '../progress-line.ts'
import { createEventReporter } from './event-reporter.ts'
import { withProgress } from './progress-reporter.ts'
import type { Reporter } from './reporter.ts'
import { createTerminalReporter } from './terminal-reporter.ts'

/** A reporter on this process's standard output and standard error. */
export function createReporter(logLevel: LogLevel, examples: 'one' | 'all'): Reporter {
  return withProgress(reporterOn(logLevel, examples), stderrProgress())
}

function reporterOn(logLevel: LogLevel, examples: 'one' | 'all'): Reporter {
  const showsNotices = logLevel === 'info' || logLevel === 'debug'
  const printEvent = (line: string) => void process.stdout.write(`${line}\n`)
  const printMessage = (line: string) => void process.stderr.write(`${line}\n`)
  if (!process.stdout.isTTY) return createEventReporter({ printEvent, printMessage, showsNotices })
  return createTerminalReporter({
    print: printEvent,
    paint: createPaint(process.stdout),
    version: readVersion(),
    width: process.stdout.columns || 120,
    startedAtMs: 0,
    examples,
    showsNotices,
  })
}
