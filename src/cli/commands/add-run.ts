// `portico run`.
import type { Command } from 'commander'
import { addRunFlags, type RunFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { pathsHelp } from './paths-help.ts'

/** Adds `run`, the default command. */
export function addRun(program: Command): void {
  const command = program
    .command('run', { isDefault: true })
    .description('watch and serve, in the foreground (the default command)')
    .argument('[path...]', pathsHelp)
  addRunFlags(command).action(async (given: string[], flags: RunFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { run } = await import('../run.ts')
    process.exit(await run(paths, flags))
  })
}
