// Runs one case: starts its contenders, verifies them, measures them in turns, and stops them.
import { machineNoise } from './accounting.ts'
import type { BenchCase, Sample, Variant } from './cases/bench-case.ts'
import type { CertificateFiles } from './certificate.ts'
import type { Contender } from './contenders/contender.ts'
import type { BenchOptions } from './options.ts'
import type { Program } from './program.ts'
import { plainGet } from './request-shape.ts'
import type { CaseResults } from './results.ts'
import { verifyContender } from './verify.ts'
import type { Workspace } from './workspace.ts'

/** What the cases of a run share. */
export interface Stage {
  readonly workspace: Workspace
  readonly backendPorts: Readonly<Record<BenchCase['backend'], number>>
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
  readonly hosts: readonly string[]
  readonly samples: Sample[]
  program: Program
}

const warmUpSeconds = 1

/** Runs a case with all contenders that can take part in it. */
export async function runCase(bench: BenchCase, stage: Stage): Promise<CaseResults> {
  const entries: Entry[] = []
  try {
    for (const { contender, variant } of pairings(bench, stage.options.contenders)) {
      const hosts = hostsOf(variant)
      const program = await start(contender, variant, hosts, bench, stage)
      entries.push({ contender, variant, hosts, program, samples: [] })
    }
    await prepare(bench, entries, stage)
    return await runRounds(bench, entries, stage)
  } finally {
    for (const { program } of entries) await program.stop()
  }
}

/** Verifies, and lets a just-in-time compiler compile and backend connections open. */
async function prepare(bench: BenchCase, entries: readonly Entry[], stage: Stage): Promise<void> {
  for (const entry of entries) await naming(entry, bench, () => verify(bench, entry))
  if (bench.startsAnew) return
  for (const entry of entries) await measure(bench, entry, warmUpSeconds, stage)
}

async function runRounds(bench: BenchCase, entries: readonly Entry[], stage: Stage): Promise<CaseResults> {
  const { rounds, seconds } = stage.options
  const roundSeconds = Math.max(1, Math.round(seconds * bench.share))
  const before = machineNoise()
  for (let round = 0; round < rounds; round++)
    for (const entry of inTurn(entries, round)) {
      if (bench.startsAnew) await restart(bench, entry, stage)
      entry.samples.push(await measure(bench, entry, roundSeconds, stage))
    }
  const { name, title, columns } = bench
  const results = entries.map(({ contender, variant, samples }) => ({
    contender: contender.name,
    variant: variant.label,
    samples,
  }))
  return { name, title, columns, seconds: roundSeconds, noise: [before, machineNoise()], entries: results }
}

async function verify(bench: BenchCase, { program }: Entry): Promise<void> {
  if (bench.backend === 'fixed-answers') await verifyContender(program)
  await bench.verify(program)
}

function measure(bench: BenchCase, entry: Entry, seconds: number, stage: Stage): Promise<Sample> {
  const { workspace, options } = stage
  const { variant, program, hosts } = entry
  const measuring = { program, variant, workspace, hosts, seconds, loadCore, tool: options.tool }
  return naming(entry, bench, () => bench.measure(measuring))
}

/** Says of an error in which case and with whom it came, and what that program complained of. */
async function naming<T>(entry: Entry, bench: BenchCase, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const where = `${bench.name}, ${entry.contender.name} ${entry.variant.label}`.trim()
    throw new Error(`${where}: ${(error as Error).message}\n${entry.program.complaints()}`)
  }
}

/** Every second round runs backwards, and each pair of rounds starts with another entry: nobody always follows the same other. */
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

async function restart(bench: BenchCase, entry: Entry, stage: Stage): Promise<void> {
  await entry.program.stop()
  entry.program = await start(entry.contender, entry.variant, entry.hosts, bench, stage)
}

function start(
  contender: Contender,
  variant: Variant,
  hosts: readonly string[],
  bench: BenchCase,
  stage: Stage,
): Promise<Program> {
  const { workspace, certificate } = stage
  const backendPort = stage.backendPorts[bench.backend]
  const { accessLog } = variant
  const backendProtocol = bench.backend === 'grpc-answers' ? 'grpc' : 'http'
  const core = contenderCore
  return contender.start({ workspace, core, backendPort, backendProtocol, certificate, hosts, accessLog })
}

function hostsOf({ ruleCount }: Variant): string[] {
  return Array.from({ length: ruleCount }, (_, i) => (i === 0 ? plainGet.host : `host-${i}.${plainGet.host}`))
}
