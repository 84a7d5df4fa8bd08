// Runs one case: starts its contenders, verifies them, measures them in turns, and stops them.
import { machineNoise } from './accounting.ts'
import type { BenchCase, Sample, Variant } from './cases/bench-case.ts'
import type { CertificateFiles } from './certificate.ts'
import type { Contender } from './contenders/contender.ts'
import type { BenchOptions } from './options.ts'
import type { Program } from './program.ts'
import type { CaseResults } from './results.ts'
import { verifyContender } from './verify.ts'
import type { Workspace } from './workspace.ts'

/** What the cases of a run share. */
export interface Stage {
  readonly workspace: Workspace
  readonly backendPort: number
  readonly certificate: CertificateFiles
  readonly options: BenchOptions
}

/** The contender has its core alone; load and backend share the other. */
export const contenderCore = 0
/** Where load and backend run. */
export const loadCore = 1

interface Entry {
  readonly contender: Contender
  readonly variant: Variant
  readonly program: Program
  readonly samples: Sample[]
}

/** Runs a case with all contenders that can take part in it. */
export async function runCase(bench: BenchCase, stage: Stage): Promise<CaseResults> {
  const entries: Entry[] = []
  try {
    for (const { contender, variant } of pairings(bench, stage.options.contenders))
      entries.push({ contender, variant, program: await start(contender, variant, stage), samples: [] })
    return await runRounds(bench, entries, stage)
  } finally {
    for (const { program } of entries) await program.stop()
  }
}

async function runRounds(bench: BenchCase, entries: readonly Entry[], stage: Stage): Promise<CaseResults> {
  const { options, workspace } = stage
  const measure = (entry: Entry, seconds: number) =>
    bench.measure({ program: entry.program, workspace, seconds, loadCore, tool: options.tool })
  for (const entry of entries) {
    await verifyContender(entry.contender.name, entry.program)
    await bench.verify(entry.program)
    await measure(entry, 1) // compiles what a just-in-time compiler compiles, opens the backend connections
  }
  const before = machineNoise()
  for (let round = 0; round < options.rounds; round++)
    for (const entry of inTurn(entries, round)) entry.samples.push(await measure(entry, options.seconds))
  return {
    name: bench.name,
    title: bench.title,
    columns: bench.columns,
    noise: [before, machineNoise()],
    entries: entries.map(({ contender, variant, samples }) => ({
      contender: contender.name,
      variant: variant.label,
      samples,
    })),
  }
}

/** Every round starts with another entry, and every second one runs backwards: nobody is always measured after the same other. */
function inTurn(entries: readonly Entry[], round: number): readonly Entry[] {
  const first = (round >> 1) % entries.length
  const rotated = [...entries.slice(first), ...entries.slice(0, first)]
  return round % 2 === 0 ? rotated : rotated.toReversed()
}

function pairings(bench: BenchCase, all: readonly Contender[]): { contender: Contender; variant: Variant }[] {
  return all.flatMap(contender =>
    bench.variants
      .filter(variant => [...bench.needs, ...variant.needs].every(need => contender.abilities.has(need)))
      .map(variant => ({ contender, variant })),
  )
}

function start(contender: Contender, variant: Variant, stage: Stage): Promise<Program> {
  const { workspace, backendPort, certificate } = stage
  const hosts = ['bench.test']
  for (let i = 1; i < variant.ruleCount; i++) hosts.push(`host-${i}.bench.test`)
  return contender.start({
    workspace,
    core: contenderCore,
    backendPort,
    certificate,
    hosts,
    accessLog: variant.accessLog,
  })
}
