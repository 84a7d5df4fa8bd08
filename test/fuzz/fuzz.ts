// `npm run fuzz`: tries random messages until the time is over or something is wrong, and prints what it takes to see it
// again. Changes no file.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { shrinkCase } from '../differential/shrink-case.ts'
import { findMiscount } from './fuzz-requests.ts'
import { startProxyUnderFuzz } from './proxy-under-fuzz.ts'
import { parserTargets, proxyTargets, type Target, type TargetCase } from './targets.ts'

const usage = 'usage: npm run fuzz -- [--minutes N] [--seed N]'
const casesPerRound = 200

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) {
    console.error(usage)
    return 2
  }
  console.log(`seed ${options.seed}, ${options.minutes} minutes, node ${process.version}`)
  const proxy = await startProxyUnderFuzz()
  const targets = [...parserTargets, ...proxyTargets(proxy)]
  const counts = new Map(targets.map(({ name }) => [name, 0]))
  const end = performance.now() + options.minutes * 60_000
  let isSound = true
  for (let seed = options.seed; isSound && performance.now() < end; seed++) {
    for (const target of targets) {
      isSound &&= await fuzzTarget(target, seed)
      counts.set(target.name, counts.get(target.name)! + casesPerRound)
    }
    const miscount = await findMiscount(proxy)
    if (miscount !== undefined) console.error(`\nseed ${seed}, whole proxy: ${miscount}`)
    isSound &&= miscount === undefined
  }
  for (const [name, count] of counts) console.log(`${String(count).padStart(9)} ${name}`)
  console.log(`${String(proxy.backend.requests).padStart(9)} requests forwarded, each counted on both sides`)
  await proxy.close()
  return isSound ? 0 : 1
}

function readOptions(): { minutes: number; seed: number } | undefined {
  try {
    const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
    const minutes = Number(values.minutes ?? 10)
    const seed = Number(values.seed ?? Date.now() % 2 ** 31)
    return minutes > 0 && Number.isInteger(seed) ? { minutes, seed } : undefined
  } catch (error) {
    console.error((error as Error).message)
    return undefined
  }
}

/** One round of one target; `false` when a counterexample was found and printed. */
async function fuzzTarget(target: Target, seed: number): Promise<boolean> {
  for (const tried of fc.sample(target.cases, { numRuns: casesPerRound, seed })) {
    const fault = await target.findFault(tried)
    if (fault === undefined) continue
    await printCounterexample(target, seed, fault, tried)
    return false
  }
  return true
}

/** The corpus files are tests: a line in them is tried in every run. */
async function printCounterexample(
  target: Target,
  seed: number,
  fault: string,
  tried: TargetCase,
): Promise<void> {
  console.error(`\nseed ${seed}, ${target.name}: ${fault}`)
  const smallest = await shrinkCase(tried, target.findFault)
  console.error(`for test/differential/corpus/${target.corpus}:\n`)
  console.error(`  ${JSON.stringify({ name: fault.slice(0, 80), ...smallest })}\n`)
}
