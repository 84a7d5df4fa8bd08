// The access log: one line per request, written in batches so that traffic never waits for it. Lines go to standard
// output on a terminal and to standard error otherwise, because standard output then carries events for programs.
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import { renderNginxLine, renderPrettyLine } from './access-log-lines.ts'
import { LineBatch } from './line-batch.ts'
import { LocalTime } from './local-time.ts'
import { createLogOutput } from './log-output.ts'

/** How a line looks; `off`: there are none. */
export type AccessLogFormat = 'off' | 'pretty' | 'nginx'

/** A log that is being written. */
export interface AccessLog {
  /** Writes what is left. */
  close(): Promise<void>
}

const flushMs = 100
/** Beyond this much unwritten text lines are dropped and counted: a reader that stalls must not fill our memory. */
const maxPendingBytes = 4 * 1024 * 1024

/** Starts logging the proxy's requests; `undefined` for `off`, which costs a request nothing. */
export function createAccessLog(format: AccessLogFormat, proxy: ProxyContext): AccessLog | undefined {
  if (format === 'off') return undefined
  const render = format === 'nginx' ? renderNginxLine : renderPrettyLine
  const output = createLogOutput(process.stdout.isTTY ? process.stdout : process.stderr)
  const { counters } = proxy
  const time = new LocalTime()
  const batch = new LineBatch(maxPendingBytes)
  const flush = () => {
    const { lines } = batch
    if (lines === 0 || output.isBusy) return
    const text = batch.take()
    output.write(text, isLost => {
      if (isLost) counters.logLinesDropped += lines
      batch.reuse(text)
    })
  }
  const timer = setInterval(flush, flushMs).unref()
  const observe = (record: RequestRecord) => {
    if (!record.isLogged) return
    if (!batch.add(render(record, time))) counters.logLinesDropped++
  }
  proxy.observers = [...proxy.observers, observe]
  return {
    async close() {
      proxy.observers = proxy.observers.filter(observer => observer !== observe)
      clearInterval(timer)
      await output.settled()
      flush()
      await output.settled()
    },
  }
}
