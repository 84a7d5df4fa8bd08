// From start to drain: what `run` and `demo` share. Knows signals and exit codes, nothing of requests.
import { startApp } from '../app/app.ts'
import type { RunningApp } from '../app/events.ts'
import type { AppOptions } from '../app/options.ts'
import { StartError } from '../app/start-error.ts'
import { LocalCaError } from '../certificates/authority-files.ts'
import { onHangUp } from './hang-up.ts'
import type { Reporter } from './reporting/reporter.ts'

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type StopSignal = keyof typeof exitCodes

/**
 * Serves until SIGINT, SIGTERM or the end of the terminal it was started on, drains, and gives the exit code 130, 143 or
 * 129; a second SIGINT or SIGTERM ends the process at once. Any other SIGHUP means "look again", SIGUSR1 "log files have been renamed". Rejects with `StartError`
 * when it could not start.
 */
export async function serve(options: AppOptions, reporter: Reporter): Promise<number> {
  const stop = listenForStop()
  const app = await start(options, reporter)
  // Before anybody is told that it runs: an unhandled SIGHUP ends the process.
  onHangUp({ lookAgain: () => lookAgain(app, reporter), end: stop.hangUp })
  // As nginx does; programs that rotate logs send it. Node would open a port for a debugger.
  process.on('SIGUSR1', () => app.reopenLogs())
  surviveBugs(reporter)
  reporter.ready(app)
  const signal = await stop.signal
  await app.close()
  reporter.stopped(signal)
  return exitCodes[signal]
}

async function start(options: AppOptions, reporter: Reporter): Promise<RunningApp> {
  try {
    return await startApp(options, reporter)
  } catch (error) {
    if (error instanceof LocalCaError) throw new StartError(3, error.message)
    throw error
  }
}

interface Stop {
  /** The first thing that asked for the end. */
  readonly signal: Promise<StopSignal>
  /** Asks for the end because the terminal is gone; never cuts a drain short. */
  readonly hangUp: () => void
}

function listenForStop(): Stop {
  const { promise, resolve } = Promise.withResolvers<StopSignal>()
  let isStopping = false
  function stop(signal: StopSignal): void {
    isStopping = true
    resolve(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(exitCodes[signal])
      stop(signal)
    })
  }
  return { signal: promise, hangUp: () => stop('SIGHUP') }
}

/** An exception that reaches the event loop is a bug of ours. It is told, and everybody else's requests go on. */
function surviveBugs(reporter: Reporter): void {
  const tell = (error: unknown) => {
    const trace = error instanceof Error ? error.stack : String(error)
    reporter.notice(`a bug in Portico, please report it; serving goes on: ${trace}`)
  }
  process.on('uncaughtException', tell)
  process.on('unhandledRejection', tell)
}

function lookAgain(app: RunningApp, reporter: Reporter): void {
  app.reopenLogs()
  app.rescan().catch(error => reporter.notice(`looking again failed: ${error}`))
}
