// CPU time per request of Portico, nginx, http-proxy, httpxy and a plain node:http + undici proxy, side by side in one run: each proxy alone on core 0, the
// load and the backend on core 1, rounds in turns so that a noisy neighbour disturbs all of them. Linux only; needs `wrk`,
// `nginx` and `taskset`.
// Run: node bench/end-to-end.ts [ROUNDS] [SECONDS]
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { cpus } from 'node:os'
import { promisify } from 'node:util'
import {
  answer,
  type Program,
  startBackend,
  startNginxProxy,
  startPeer,
  startPortico,
} from './end-to-end-programs.ts'
import { printRuntime } from './median.ts'

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 3)
const proxyCore = 0
const loadCore = 1
const connections = 64
const host = 'bench.test'
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']))

interface Round {
  readonly cpuMicrosPerRequest: number
  readonly requestsPerSecond: number
  /** Share of its core that the proxy used: well under 1 means that the load was the limit. */
  readonly busy: number
}

/** Processor time of a process and all its threads, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

async function load(port: number, forSeconds: number): Promise<{ count: number; seconds: number }> {
  const args = ['-c', String(loadCore), 'wrk', '-t1', `-c${connections}`, `-d${forSeconds}s`]
  const url = `http://127.0.0.1:${port}/`
  const { stdout } = await promisify(execFile)('taskset', [...args, '-H', `Host: ${host}`, url])
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`the load met errors:\n${stdout}`)
  const [, count, time, unit] = /(\d+) requests in ([\d.]+)(m?s)/.exec(stdout)!
  return { count: Number(count), seconds: Number(time) / (unit === 'ms' ? 1000 : 1) }
}

async function measure(proxy: Program): Promise<Round> {
  const before = cpuSeconds(proxy.pid)
  const { count, seconds: elapsed } = await load(proxy.port, seconds)
  const used = cpuSeconds(proxy.pid) - before
  return {
    cpuMicrosPerRequest: (used * 1e6) / count,
    requestsPerSecond: count / elapsed,
    busy: used / elapsed,
  }
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { Host: host } }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', text => {
        body += text
      })
      response.on('end', () => resolve(body))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Speed without the right answer is no speed: the body, and what the backend was told of the client. */
async function verify(proxy: Program): Promise<void> {
  const body = await get(proxy.port, '/')
  if (body !== answer) throw new Error(`${proxy.name} answered ${JSON.stringify(body)}`)
  const fields = await get(proxy.port, '/echo')
  const expected = ['127.0.0.1', '127.0.0.1', host, String(proxy.port), 'http', 'http', 'http'].join('|')
  if (!/^[0-9a-f]{32}\|/.test(fields) || fields.slice(33) !== expected)
    throw new Error(`${proxy.name} forwarded ${fields}`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

function printRow(cells: readonly string[]): void {
  console.log(`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(18))).join(' | ')} |`)
}

async function runRounds(proxies: readonly Program[]): Promise<void> {
  const results = new Map<Program, Round[]>(proxies.map(proxy => [proxy, []]))
  for (const proxy of proxies) await verify(proxy)
  for (const proxy of proxies) await load(proxy.port, 2)
  for (let round = 0; round < rounds; round++)
    for (const proxy of proxies) results.get(proxy)!.push(await measure(proxy))
  const own = median(results.get(proxies[0]!)!.map(round => round.cpuMicrosPerRequest))
  printRow(['proxy', 'CPU µs/request', 'lowest–highest', 'requests/s', 'core busy', 'times portico'])
  printRow(['---', '---:', '---:', '---:', '---:', '---:'])
  for (const [proxy, measured] of results) {
    const costs = measured.map(round => round.cpuMicrosPerRequest)
    printRow([
      `${proxy.name} ${proxy.version}`,
      median(costs).toFixed(1),
      `${Math.min(...costs).toFixed(1)}–${Math.max(...costs).toFixed(1)}`,
      median(measured.map(round => round.requestsPerSecond)).toFixed(0),
      `${(100 * median(measured.map(round => round.busy))).toFixed(0)} %`,
      (median(costs) / own).toFixed(2),
    ])
  }
}

printRuntime()
console.log(`${cpus()[0]?.model}; wrk, ${connections} connections; ${rounds} rounds of ${seconds} s; medians`)
const programs: Program[] = []
try {
  const backend = await startBackend(loadCore)
  programs.push(backend)
  programs.push(await startPortico(proxyCore, backend))
  programs.push(await startNginxProxy(proxyCore, backend))
  programs.push(await startPeer('http-proxy', proxyCore, backend))
  programs.push(await startPeer('httpxy', proxyCore, backend))
  programs.push(await startPeer('undici', proxyCore, backend))
  await runRounds(programs.slice(1))
} finally {
  for (const program of programs.toReversed()) await program.stop()
}
