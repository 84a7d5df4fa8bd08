// `portico run`: watch and serve, in the foreground.
import type { AppOptions } from '../app/options.ts'
import { readVersion } from '../app/version.ts'
import { isLoopbackHost } from '../policies/values/loopback-host.ts'
import { readTracingOptions } from '../tracing/options.ts'
import { accessLogOptionsOf } from './access-log-flags.ts'
import { adminAddressOf } from './admin-access.ts'
import { compileOptionsOf, type RunFlags } from './flags.ts'
import { certDirectory } from './machine/cert-directory.ts'
import { createReporter } from './reporting/create-reporter.ts'
import { serve } from './serve.ts'
import { shownFlags } from './shown-flags.ts'

/** Serves `paths` until a signal; gives the exit code. */
export function run(paths: readonly string[], flags: RunFlags): Promise<number> {
  return serve(appOptionsOf(paths, flags), createReporter(flags.logLevel, 'one'))
}

/** What the application is told by the flags. */
export function appOptionsOf(paths: readonly string[], flags: RunFlags): AppOptions {
  return {
    flags: shownFlags(flags),
    paths,
    poll: flags.poll,
    bind: flags.bind,
    httpPort: flags.httpPort,
    httpsPort: flags.httpsPort,
    admin: adminAddressOf(flags),
    accessLog: accessLogOptionsOf(flags),
    tracing: readTracingOptions(flags.otlpEndpoint, process.env, readVersion()),
    via: flags.via,
    dev: flags.dev ?? isDevDefault(flags.bind),
    drainTimeoutMs: flags.drainTimeout,
    certificateDirectory: certDirectory(flags.certDir),
    compile: compileOptionsOf(flags),
  }
}

/** Whether errors teach where nobody says: to somebody at a terminal, and not where others than this machine can ask. */
function isDevDefault(bind: string): boolean {
  return process.stdout.isTTY === true && isLoopbackHost(bind)
}
