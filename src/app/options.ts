// Everything `portico run` can be told, after flags, environment and defaults were put together.
import type { AccessLogOptions } from '../access-log/options.ts'
import type { CompileOptions } from '../compile/options.ts'
import type { TracingOptions } from '../tracing/options.ts'

/** Complete: defaults are the command line's business. */
export interface AppOptions {
  /** Directories, files, or `-` for standard input. */
  readonly paths: readonly string[]
  /** Watch by polling: for bind mounts and network file systems that send no events. */
  readonly poll: boolean
  /** Address the public listeners bind to. Default 127.0.0.1. */
  readonly bind: string
  /** 0 picks a free port. */
  readonly httpPort: number
  readonly httpsPort: number
  /** Where the admin port listens; `undefined` for `--admin off`. */
  readonly admin: { readonly host: string; readonly port: number } | undefined
  readonly accessLog: AccessLogOptions
  readonly tracing: TracingOptions
  /** Pseudonym for Via fields; `undefined` for none. */
  readonly via: string | undefined
  /** Whether errors teach, and requests can ask what was decided about them (`dev/`). Nothing about the inside is told without. */
  readonly dev: boolean
  /** How long requests in flight may take after SIGTERM. */
  readonly drainTimeoutMs: number
  /** Where the local certificate authority keeps its key and certificate. */
  readonly certificateDirectory: string
  readonly compile: CompileOptions
}
