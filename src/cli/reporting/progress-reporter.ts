// A reporter that also says what takes its time; its line goes away before anything else is told.
import type { ProgressLine } from '../progress-line.ts'
import { progressText } from '../progress-text.ts'
import type { Reporter } from './reporter.ts'

/** `reporter` with progress in `line`. */
export function withProgress(reporter: Reporter, line: ProgressLine): Reporter {
  function after<Arguments extends unknown[]>(tell: (...told: Arguments) => void) {
    return (...told: Arguments): void => {
      line.end()
      tell(...told)
    }
  }
  return {
    progress: progress => line.show(progressText(progress)),
    applied: after(change => reporter.applied(change)),
    notice: after(message => reporter.notice(message)),
    ready: after(app => reporter.ready(app)),
    stopped: after(signal => reporter.stopped(signal)),
  }
}
