// The flags of the access log: how they are read, and what they say together.
import { InvalidArgumentError, Option } from 'commander'
import { parseLogFilter } from '../access-log/log-filter.ts'
import { type AccessLogFormat, type AccessLogOptions, accessLogFormats } from '../access-log/options.ts'
import { type LogEscaping, parseLogFormat } from '../policies/observability/log-format.ts'
import { UsageError } from './usage-error.ts'

/** Their values. `undefined`: not given. */
export interface AccessLogFlags {
  readonly accessLog: AccessLogFormat | undefined
  readonly accessLogFormat: AccessLogOptions['template']
  readonly accessLogEscape: LogEscaping | undefined
  readonly accessLogFile: string | undefined
  readonly accessLogFilter: AccessLogOptions['filter']
  readonly accessLogRedact: AccessLogOptions['redact'] | undefined
  readonly accessLogSample: number | undefined
}

/** The flags, for `run`. */
export function accessLogFlags(): Option[] {
  return [
    new Option(
      '--access-log <format>',
      'a line per request: off, pretty, json, nginx or custom (default: off)',
    ).choices(accessLogFormats),
    new Option(
      '--access-log-format <text>',
      'lines of --access-log custom, with the variables of nginx',
    ).argParser(readWith(parseWholeFormat)),
    new Option('--access-log-escape <way>', 'how their values are escaped: default, json or none').choices([
      'default',
      'json',
      'none',
    ]),
    new Option(
      '--access-log-file <path>',
      'file for the lines; SIGUSR1 opens it anew (default: stdout/stderr)',
    ),
    new Option(
      '--access-log-filter <conditions>',
      'log these only: "status>=400 or duration>1s and method=GET"',
    ).argParser(readWith(parseLogFilter)),
    new Option('--access-log-sample <share>', 'log this share, and every failure (default: 1)').argParser(
      readShare,
    ),
    new Option(
      '--access-log-redact <names>',
      'leave values of these out, too: fields, cookies, query; or "off"',
    ).argParser(readNames),
  ]
}

/** What they say together; throws `UsageError` for some that do nothing without others. */
export function accessLogOptionsOf(flags: AccessLogFlags): AccessLogOptions {
  const { accessLogFormat: template } = flags
  const format = flags.accessLog ?? (template === undefined ? 'off' : 'custom')
  if (format === 'custom' && template === undefined)
    throw new UsageError("--access-log custom needs a format: --access-log-format '$remote_addr $status'")
  if (template !== undefined && format !== 'custom' && format !== 'off')
    throw new UsageError(`--access-log-format is for --access-log custom, and not for ${format}`)
  if (flags.accessLogEscape !== undefined && template === undefined)
    throw new UsageError('--access-log-escape is for --access-log-format')
  const idle = idleFlag(flags)
  if (idle !== undefined && flags.accessLog === undefined && template === undefined)
    throw new UsageError(`${idle} does nothing without a log: --access-log json, nginx, pretty or custom`)
  return {
    format,
    template: format === 'custom' ? template : undefined,
    escaping: flags.accessLogEscape ?? 'default',
    file: flags.accessLogFile,
    filter: flags.accessLogFilter,
    redact: flags.accessLogRedact ?? [],
    sampleRate: flags.accessLogSample ?? 1,
  }
}

/** One that says how a log is to be, whether there is one or not. */
function idleFlag(flags: AccessLogFlags): string | undefined {
  if (flags.accessLogFile !== undefined) return '--access-log-file'
  if (flags.accessLogFilter !== undefined) return '--access-log-filter'
  if (flags.accessLogSample !== undefined) return '--access-log-sample'
  return flags.accessLogRedact === undefined ? undefined : '--access-log-redact'
}

/** A reader whose problems are clauses, as a reader of a flag. */
function readWith<T>(parse: (text: string) => { readonly value: T } | { readonly problem: string }) {
  return (text: string): T => {
    const parsed = parse(text)
    if ('value' in parsed) return parsed.value
    const { problem } = parsed
    const end = problem.endsWith('?') ? '' : '.'
    throw new InvalidArgumentError(`${problem[0]!.toUpperCase()}${problem.slice(1)}${end}`)
  }
}

/** Whoever writes a format for Portico wants to know at once what it does not have. */
function parseWholeFormat(text: string): ReturnType<typeof parseLogFormat> {
  const parsed = parseLogFormat(text)
  const [problem] = 'value' in parsed ? parsed.value.valueless : []
  return problem === undefined ? parsed : { problem }
}

/** A share, 0 to 1. */
function readShare(text: string): number {
  const share = /^(?:\d(?:\.\d{1,9})?|\.\d{1,9})$/.test(text) ? Number(text) : Number.NaN
  if (share <= 1) return share
  throw new InvalidArgumentError('Give a share from 0 to 1, for example 0.1 for one request of ten.')
}

/** Names, separated by commas; or `off`. */
function readNames(text: string): readonly string[] | 'off' {
  if (text === 'off') return 'off'
  const names = text.split(',').map(name => name.trim())
  if (names.every(name => /^[\w.-]{1,64}$/.test(name))) return names
  throw new InvalidArgumentError('Give names separated by commas, for example session,x-secret; or off.')
}
