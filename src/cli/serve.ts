// From start to drain: what `run` and `demo` share. Knows signals and exit codes, nothing of requests.
import { startApp } from '../app/app.ts'
import type { RunningApp } from '../app/events.ts'
import type { AppOptions } from '../app/options.ts'
import { StartError } from '../app/start-error.ts'
import { LocalCaError } from '../certificates/authority-files.ts'
import type { Reporter } from './reporter.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
type StopSignal = keyof typeof exitCodes

/**
 * Serves until SIGINT or SIGTERM, drains, and gives the exit code 130 or 143; a second signal ends the process at once.
 * SIGHUP means "look again". Rejects with `StartError` when it could not start.
 */
export async function serve(options: AppOptions, reporter: Reporter): Promise<number> {
  const stopSignal = waitForStopSignal()
  const app = await start(options, reporter)
  // Before anybody is told that it runs: an unhandled SIGHUP ends the process.
  process.on('SIGHUP', () => rescan(app, reporter))
  surviveBugs(reporter)
  reporter.ready(app)
  const signal = await stopSignal
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

function waitForStopSignal(): Promise<StopSignal> {
  return new Promise(resolve => {
    let isStopping = false
    const onSignal = (signal: StopSignal) => {
      if (isStopping) process.exit(exitCodes[signal])
      isStopping = true
      resolve(signal)
    }
    process.on('SIGINT', () => onSignal('SIGINT'))
    process.on('SIGTERM', () => onSignal('SIGTERM'))
  })
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

function rescan(app: RunningApp, reporter: Reporter): void {
  app.rescan().catch(error => reporter.notice(`looking again failed: ${error}`))
}
