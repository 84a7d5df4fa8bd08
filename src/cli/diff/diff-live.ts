// `portico diff --live`: the same requests to two running proxies.
import { readFileSync } from 'node:fs'
import { readAccessLog } from '../../comparison/read-access-log.ts'
import { type ReplayResult, replay } from '../../comparison/replay.ts'
import { formatDiagnostic } from '../../diagnostics/diagnostic.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import type { CaseRequest } from '../../expectations/expectation.ts'
import { LiveClient } from '../../expectations/live-client.ts'
import { readSuites } from '../../expectations/read-suites.ts'
import { plural } from '../diagnostic-order.ts'
import { stderrProgress } from '../progress-line.ts'
import { countText } from '../progress-text.ts'
import { UsageError } from '../usage-error.ts'
import type { DiffFlags } from './diff.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Prints what is answered otherwise; gives 1 when anything is, else 0. `before`, `after`: origins. */
export async function diffLive(before: string, after: string, flags: DiffFlags): Promise<number> {
  const [old, now] = [originOf(before), originOf(after)]
  if (old.protocol !== now.protocol)
    throw new UsageError('both addresses must be http, or both https: the same request goes to both')
  if (flags.output === 'markdown') throw new UsageError('--live has no markdown; use -o text or json')
  const all = readRequests(flags)
  const scheme = old.protocol.slice(0, -1)
  const isSent = ({ method, url, clientIp }: CaseRequest) =>
    (flags.unsafe || safeMethods.has(method)) && schemeOf(url) === scheme && clientIp === undefined
  const requests = all.filter(isSent)
  const clients = [old, now].map(({ origin }) => clientOf(origin, flags))
  const line = stderrProgress()
  const onSent = (count: number) => line.show(countText('requests sent', count, requests.length))
  const results = await replay(requests, clients[0]!, clients[1]!, onSent).finally(async () => {
    line.end()
    await Promise.all(clients.map(client => client.close()))
  })
  const differing = results.filter(({ details }) => details.length > 0)
  print(differing, requests.length, all.length - requests.length, flags)
  return differing.length > 0 ? 1 : 0
}

function originOf(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url
  throw new UsageError(`${text} is no address (write http://127.0.0.1:8080 or https://127.0.0.1:8443)`)
}

function clientOf(origin: string, { insecure }: DiffFlags): LiveClient {
  return new LiveClient({ http: origin, https: origin, ca: undefined, insecure })
}

function schemeOf(url: string): string {
  return /^https:/i.test(url) ? 'https' : 'http'
}

function readRequests({ requests: file, host }: DiffFlags): CaseRequest[] {
  if (file === undefined) throw new UsageError('--live needs --requests FILE: which requests to send')
  const bytes = readBytes(file)
  const text = bytes.toString('utf8')
  if (!/^kind:\s*["']?Expectations/m.test(text)) {
    if (host === undefined)
      throw new UsageError('an access log names no hosts: say which with --host http://shop.test')
    return readAccessLog(text, host.replace(/\/$/, ''))
  }
  const { suites, findings } = readSuites(file, bytes)
  if (findings.length > 0) throw new UsageError(findings.map(formatDiagnostic).join('\n'))
  return suites.flatMap(({ cases }) => cases.map(({ request }) => request))
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new UsageError(`${file} can not be read: ${error instanceof Error ? error.message : error}`)
  }
}

function print(results: readonly ReplayResult[], sent: number, left: number, { output }: DiffFlags): void {
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify({ sent, leftOut: left, differing: results }, null, 2)}\n`)
    return
  }
  for (const { request, details } of results) {
    const lines = details.map(({ subject, before, after }) => `    ${subject}: ${before} → ${after}`)
    process.stdout.write(
      `${[`~ ${request.method} ${request.url}`, ...lines].map(escapeControls).join('\n')}\n`,
    )
  }
  const rest =
    left === 0 ? '' : `; ${left} left out (unsafe methods, the other scheme, or from another address)`
  process.stdout.write(`${plural(sent, 'request')}: ${results.length || 'none'} answered otherwise${rest}\n`)
}
