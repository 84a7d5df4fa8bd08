// `portico check`.
import { type Command, Option } from 'commander'
import type { CheckFlags } from '../check.ts'
import { addTableFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { outputFlag } from './output-flag.ts'
import { pathsHelp } from './paths-help.ts'

/** Adds `check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('report every problem in the manifests, serve nothing')
    .argument('[path...]', pathsHelp)
    .addOption(new Option('--strict', 'let warnings fail the check too').default(false, ''))
    .addOption(outputFlag())
  addTableFlags(command).action(async (given: string[], flags: CheckFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { check } = await import('../check.ts')
    process.exitCode = await check(paths, flags)
  })
}
