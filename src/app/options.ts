// Everything `portico run` can be told, after flags, environment and defaults were put together.
import type { AccessLogOptions } from '../access-log/options.ts'
import type { CompileOptions } from '../compile/options.ts'
import type { TracingOptions } from '../tracing/options.ts'

/** Complete: defaults are the command line's business. */
export interface AppOptions {
  /** The flags in force, for whoever asks at the admin port: by name without dashes, values in words, without secrets. */
  readonly flags: Readonly<Record<string, string>>
  /** Directories, files, or `-` for standard input. */
  readonly paths: readonly string[]
  /** Watch by polling: for bind mounts and network file systems that send no events. */
  readonly poll: boolean
  /** Address the public listeners bind to. Default 127.0.0.1. */
  readonly bind: string
  /** 0 picks a free port. */
  readonly httpPort: number
  readonly httpsPort: number
  /** Where the admin port listens, and who is let in; `undefined` for `--admin off`. */
  readonly admin: AdminAddress | undefined
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

/** Where the admin port listens, and who is let in. */
export interface AdminAddress {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** Further names that it is known under, in lower case. */
  readonly hosts: readonly string[]
  /** What clients of the API have to show; `undefined` is for loopback addresses only. */
  readonly token: string | undefined
}
