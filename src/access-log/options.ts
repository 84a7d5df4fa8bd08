// What an access log can be told.
import type { LogEscaping, LogFormat } from '../policies/observability/log-format.ts'
import type { LogFilter } from './log-filter.ts'

/** How a line looks; `off`: there are none. `custom` are the lines of a format of the user's. */
export const accessLogFormats = ['off', 'pretty', 'json', 'nginx', 'custom'] as const
/** One of the list above. */
export type AccessLogFormat = (typeof accessLogFormats)[number]

/** Complete: defaults are the command line's business, apart from {@link noAccessLog}. */
export interface AccessLogOptions {
  readonly format: AccessLogFormat
  /** Needed with `custom`; otherwise the ConfigMap may give one to `nginx`. */
  readonly template: LogFormat | undefined
  /** How values are written in lines of `template`. */
  readonly escaping: LogEscaping
  /** A file or named pipe; `undefined`: standard output on a terminal, else standard error. */
  readonly file: string | undefined
  /** Which requests are logged; `undefined`: all. */
  readonly filter: LogFilter | undefined
  /** Names of fields, cookies and query arguments to be left out beside the usual ones; `off`: everything is shown. */
  readonly redact: readonly string[] | 'off'
  /** Share of requests that are logged, 0 to 1; those that failed all are. */
  readonly sampleRate: number
}

/** There is none. */
export const noAccessLog: AccessLogOptions = {
  format: 'off',
  template: undefined,
  escaping: 'default',
  file: undefined,
  filter: undefined,
  redact: [],
  sampleRate: 1,
}
