// The access log: one line per request, written in batches so that traffic never waits for it. Without a file lines go to
// standard output on a terminal and to standard error otherwise, because standard output then carries events for programs.

import { writtenFormat } from '../policies/observability/access-log.ts'
import { defaultLogFormat } from '../policies/observability/log-format.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { RequestState } from '../proxy/request-state.ts'
import type { RoutingTable } from '../routing/table.ts'
import { createJsonLines } from './json-line.ts'
import { LineBatch } from './line-batch.ts'
import type { LineContext, LineFormat } from './line-context.ts'
import { LocalTime } from './local-time.ts'
import { LogFile } from './log-file.ts'
import type { LogOutput } from './log-output.ts'
import { LossReport } from './loss-report.ts'
import { renderNginxLine } from './nginx-line.ts'
import type { AccessLogOptions } from './options.ts'
import { renderPrettyLine } from './pretty-line.ts'
import { createRedaction, noRedaction } from './redaction.ts'
import { isAlwaysLogged } from './sampling.ts'
import { createStandardOutput } from './standard-output.ts'
import { asksForSentFields, createTemplateLines, knownFormat } from './template-line.ts'

/** A log that is being written. */
export interface AccessLog {
  /** A new table is live: its ConfigMap may say how lines look, and they name places in its manifests. */
  followTable(): void
  /** The file has been renamed: what follows goes into a new one of the old name. */
  reopen(): void
  /** Writes what is left. */
  close(): Promise<void>
}

const flushMs = 100
/** So much is written at once without waiting for that. */
const flushBytes = 256 * 1024
/** Beyond this much unwritten text, lines are dropped and counted: a reader that stalls must not fill our memory. */
const maxPendingBytes = 4 * 1024 * 1024

/**
 * Starts logging the proxy's requests; `undefined` for `off`, which costs a request nothing. `report` tells people, once each
 * time, that lines are lost, and that they are not any more. Rejects where the file can not be opened.
 */
export async function createAccessLog(
  options: AccessLogOptions,
  proxy: ProxyContext,
  report: (message: string) => void,
): Promise<AccessLog | undefined> {
  if (options.format === 'off') return undefined
  const output = await openOutput(options.file)
  return new RunningLog(options, proxy, output, report)
}

class RunningLog implements AccessLog {
  readonly #options: AccessLogOptions
  readonly #proxy: ProxyContext
  readonly #output: LogOutput
  readonly #losses: LossReport
  readonly #report: (message: string) => void
  readonly #batch = new LineBatch(maxPendingBytes)
  readonly #timer = setInterval(() => this.#flush(), flushMs).unref()
  readonly #context: LineContext
  #lines: LineFormat

  constructor(
    options: AccessLogOptions,
    proxy: ProxyContext,
    output: LogOutput,
    report: (message: string) => void,
  ) {
    this.#options = options
    this.#proxy = proxy
    this.#output = output
    this.#report = report
    this.#losses = new LossReport(nameOf(options.file), report)
    const redaction = options.redact === 'off' ? noRedaction : createRedaction(options.redact)
    this.#context = { time: new LocalTime(), redaction, sampleRate: options.sampleRate }
    this.#lines = this.#linesOf(proxy.live.table)
    proxy.observers = [...proxy.observers, this.#observe]
  }

  readonly #observe = (record: RequestRecord, request: RequestState | undefined): void => {
    if (!record.isLogged || !this.#takes(record)) return
    const { render, encoding } = this.#lines
    if (!this.#batch.add(render(record, this.#context, request), encoding)) this.#lose(1, undefined)
    if (this.#batch.bytes >= flushBytes) this.#flush()
  }

  #takes(record: RequestRecord): boolean {
    const { filter, sampleRate } = this.#options
    if (filter !== undefined && !filter.takes(record)) return false
    return sampleRate === 1 || isAlwaysLogged(record) || Math.random() < sampleRate
  }

  followTable(): void {
    this.#lines = this.#linesOf(this.#proxy.live.table)
  }

  #linesOf(table: RoutingTable): LineFormat {
    const { format, template } = this.#formatOf(table)
    this.#proxy.keepsSentHeads = template !== undefined && asksForSentFields(template.format)
    if (template !== undefined)
      return { render: createTemplateLines(template.format, template.escaping), encoding: 'latin1' }
    if (format === 'json') return { render: createJsonLines(), encoding: 'latin1' }
    if (format === 'pretty') return { render: renderPrettyLine, encoding: 'utf8' }
    return { render: renderNginxLine, encoding: 'latin1' }
  }

  #formatOf({ unclaimed }: RoutingTable) {
    const { format, template: own, escaping } = this.#options
    if (own !== undefined) return { format, template: { format: own, escaping } }
    const written = format === 'nginx' ? writtenFormat(unclaimed.policies.accessLog) : undefined
    if (written === undefined) return { format, template: undefined }
    const template = written.format ?? knownFormat(defaultLogFormat)
    return { format, template: { format: template, escaping: written.escaping } }
  }

  #flush(): void {
    const { lines } = this.#batch
    if (lines === 0 || this.#output.isBusy) return
    const text = this.#batch.take()
    this.#output.write(text, (error, written) => {
      if (error === undefined) this.#losses.noteWritten()
      else this.#lose(countLines(text, written), error)
      this.#batch.reuse(text)
    })
  }

  /** `error`: what the system said; `undefined` where there was no room for them. */
  #lose(lines: number, error: Error | undefined): void {
    this.#proxy.counters.logLinesDropped += lines
    this.#losses.noteLost(lines, error)
  }

  reopen(): void {
    const name = nameOf(this.#options.file)
    this.#output.reopen(error =>
      this.#report(`${name} can not be opened anew, and lines go on into the old file: ${error.message}`),
    )
  }

  async close(): Promise<void> {
    this.#proxy.observers = this.#proxy.observers.filter(observer => observer !== this.#observe)
    clearInterval(this.#timer)
    await this.#output.settled()
    // Who has not taken the text before takes no other.
    if (!this.#output.isBusy) {
      this.#flush()
      await this.#output.settled()
    }
    this.#output.close()
  }
}

function openOutput(file: string | undefined): Promise<LogOutput> {
  if (file !== undefined) return LogFile.open(file)
  return createStandardOutput(process.stdout.isTTY ? process.stdout : process.stderr)
}

function nameOf(file: string | undefined): string {
  return file === undefined ? 'the access log' : `the access log ${file}`
}

const lineFeed = 0x0a

/** Lines of which not all bytes were written. */
function countLines(text: Buffer, written: number): number {
  let lines = 0
  for (let at = text.indexOf(lineFeed, written); at !== -1; at = text.indexOf(lineFeed, at + 1)) lines++
  return lines
}
