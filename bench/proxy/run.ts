// The benchmark: Portico beside other proxies, one after the other in every round. Each proxy has core 0 alone, the load
// and an nginx with fixed answers share core 1. Linux only.
// Run: node bench/proxy/run.ts; see `usage` in options.ts
import { writeFileSync } from 'node:fs'
import { machineName } from './accounting.ts'
import { startBackend } from './backend.ts'
import { createCertificate } from './certificate.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { renderTable } from './render-table.ts'
import type { BenchResults, CaseResults } from './results.ts'
import { loadCore, runCase } from './run-case.ts'
import { Workspace } from './workspace.ts'

const fileSizes = [1_024, 16_384, 1_048_576]

async function run(options: BenchOptions, workspace: Workspace): Promise<BenchResults> {
  const backend = await startBackend(workspace, loadCore, fileSizes)
  const certificate = createCertificate(workspace, 'bench.test')
  const stage = { workspace, backendPort: backend.ports.http, certificate, options }
  const about = describeRun(options)
  console.log(
    `${about.machine}\n${Object.entries(about.versions)
      .map(pair => pair.join(' '))
      .join(', ')}`,
  )
  const cases: CaseResults[] = []
  for (const bench of options.cases) {
    const results = await runCase(bench, stage)
    cases.push(results)
    const [before, after] = results.noise
    const stolen = (after.stolenSeconds - before.stolenSeconds).toFixed(2)
    console.log(`\n### ${results.title} (${results.name})\n`)
    console.log(renderTable(results))
    console.log(`\nload average ${before.loadAverage} → ${after.loadAverage}, stolen ${stolen} s`)
  }
  return { ...about, cases }
}

function describeRun(options: BenchOptions): Omit<BenchResults, 'cases'> {
  const versions = options.contenders.map(({ name, version }) => [name, version] as const)
  return {
    command: `node bench/proxy/run.ts ${process.argv.slice(2).join(' ')}`.trim(),
    date: new Date().toISOString(),
    machine: machineName(),
    versions: { node: process.version, ...Object.fromEntries(versions) },
    rounds: options.rounds,
  }
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
  process.once(signal, () => {
    workspace.abandon()
    process.exit(1)
  })
try {
  const results = await run(options, workspace)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(results, null, 1)}\n`)
} finally {
  await workspace.close()
}
