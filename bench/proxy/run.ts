// The benchmark: Portico beside other proxies, one after the other in every round. Each proxy has core 0 alone, the load
// and an nginx with fixed answers share core 1. Linux only.
// Run: node bench/proxy/run.ts; see `usage` in options.ts
import { writeFileSync } from 'node:fs'
import { machineName } from './accounting.ts'
import { startBackend, startGrpcBackend, startWebSocketEcho } from './backend.ts'
import { answerSizes } from './cases/all.ts'
import { createCertificate } from './certificate.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { renderAbout, renderCase, renderTargets } from './render-table.ts'
import { plainGet } from './request-shape.ts'
import type { BenchResults, CaseResults } from './results.ts'
import { loadCore, runCase, type Stage } from './run-case.ts'
import { h2loadVersion, wrkVersion } from './tools.ts'
import { Workspace } from './workspace.ts'

async function run(options: BenchOptions, workspace: Workspace): Promise<BenchResults> {
  const stage = await setTheStage(options, workspace)
  const about = describeRun(options)
  console.log(renderAbout(about))
  const cases: CaseResults[] = []
  for (const bench of options.cases) {
    const results = await runCase(bench, stage)
    console.log(`\n${renderCase(results)}`)
    cases.push(results)
  }
  const results = { ...about, cases }
  console.log(`\n${renderTargets(results)}`)
  return results
}

async function setTheStage(options: BenchOptions, workspace: Workspace): Promise<Stage> {
  const backend = await startBackend(workspace, loadCore, answerSizes)
  const echo = await startWebSocketEcho(workspace, loadCore)
  const grpc = await startGrpcBackend(workspace, loadCore)
  const backendPorts = {
    'fixed-answers': backend.ports.http,
    'web-socket-echo': echo.ports.http,
    'grpc-answers': grpc.ports.http,
  }
  return { workspace, backendPorts, certificate: createCertificate(workspace, plainGet.host), options }
}

function describeRun(options: BenchOptions): Omit<BenchResults, 'cases'> {
  const versions = options.contenders.map(({ name, version }) => [name, version] as const)
  return {
    command: ['node bench/proxy/run.ts', ...withoutJsonFile(process.argv.slice(2))].join(' '),
    date: new Date().toISOString(),
    machine: machineName(),
    versions: {
      node: process.version,
      wrk: wrkVersion(),
      h2load: h2loadVersion(),
      ...Object.fromEntries(versions),
    },
    rounds: options.rounds,
  }
}

/** Where the figures were kept says nothing of how they came about. */
function withoutJsonFile(args: readonly string[]): string[] {
  const at = args.indexOf('--json')
  return at === -1 ? [...args] : args.toSpliced(at, 2)
}

function optionsOrUsage(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

const options = optionsOrUsage()
const workspace = new Workspace()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await workspace.close()
    process.exit(1)
  })
try {
  const results = await run(options, workspace)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(results, null, 1)}\n`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await workspace.close()
}
