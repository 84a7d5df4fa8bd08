// `portico run`: watch and serve, in the foreground.
import type { AppOptions } from '../app/options.ts'
import { certDirectory } from './cert-directory.ts'
import { createReporter } from './create-reporter.ts'
import { compileOptionsOf, type RunFlags } from './flags.ts'
import { serve } from './serve.ts'

/** Serves `paths` until a signal; gives the exit code. */
export function run(paths: readonly string[], flags: RunFlags): Promise<number> {
  return serve(appOptionsOf(paths, flags), createReporter(flags.logLevel, 'one'))
}

/** What the application is told by the flags. */
export function appOptionsOf(paths: readonly string[], flags: RunFlags): AppOptions {
  return {
    paths,
    poll: flags.poll,
    bind: flags.bind,
    httpPort: flags.httpPort,
    httpsPort: flags.httpsPort,
    admin: flags.admin === 'off' ? undefined : flags.admin,
    accessLog: flags.accessLog,
    via: flags.via,
    dev: flags.dev,
    drainTimeoutMs: flags.drainTimeout,
    certificateDirectory: certDirectory(flags.certDir),
    compile: compileOptionsOf(flags),
  }
}
