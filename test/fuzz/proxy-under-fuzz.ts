// A Portico process in front of a recording backend, and what its access log says it forwarded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPortico } from '../support/portico-process.ts'
import { serving } from '../support/serving.ts'
import { type RecordingBackend, startRecordingReader } from './recording-backend.ts'

export interface ProxyUnderFuzz {
  readonly port: number
  readonly backend: RecordingBackend
  /** Whether the process has ended. */
  readonly ended: boolean
  /** What it said that is no access log line. */
  readonly complaints: readonly string[]
  /**
   * Requests that, by its own account, got the backend's usual answer; resolves when the log has a line with `marker`.
   */
  countForwarded(marker: string): Promise<number>
  close(): Promise<void>
}

/** What the targets of requests with a planned answer begin with. */
export const plannedPath = '/planned-'

/** A line of ingress-nginx's format; the number before the request id is the backend's status. */
const logLine = /^127\.\d+\.\d+\.\d+ - - \[.* (\S+) \S+$/

/** Starts both, on free ports; every host is served. */
export async function startProxyUnderFuzz(): Promise<ProxyUnderFuzz> {
  const backend = await startRecordingReader()
  const directory = mkdtempSync(join(tmpdir(), 'portico-fuzz-'))
  writeFileSync(join(directory, 'web.yaml'), serving('', `127.0.0.1:${backend.port}`))
  const flags = ['--http-port', '0', '--https-port', '0', '--admin', 'off', '--access-log', 'nginx']
  const portico = startPortico(['run', directory, ...flags])
  let ended = false
  void portico.exited.then(() => {
    ended = true
  })
  const { http } = await portico.nextEvent('ready')
  return {
    port: Number(String(http).split(':').at(-1)),
    backend,
    get ended() {
      return ended
    },
    get complaints() {
      return portico.messages.filter(line => !logLine.test(line))
    },
    countForwarded: async marker => {
      await portico.nextMessage(marker)
      return portico.messages.filter(line => logLine.exec(line)?.[1] === '200' && !line.includes(plannedPath))
        .length
    },
    close: async () => {
      portico.kill('SIGKILL')
      await portico.exited
      await backend.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
