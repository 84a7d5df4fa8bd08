// `portico untrust`.
import type { Command } from 'commander'
import { addFlags } from '../flags.ts'
import type { StoreFlags } from '../machine/trust.ts'
import { storeFlags } from './store-flags.ts'
import { yesFlag } from './yes-flag.ts'

/** Adds `untrust`. */
export function addUntrust(program: Command): void {
  const command = program
    .command('untrust')
    .description('take out of all stores what `portico trust` has put in')
    .addOption(yesFlag())
  addFlags(command, 'Which stores:', storeFlags()).action(async (flags: StoreFlags) => {
    const { untrust } = await import('../machine/trust.ts')
    process.exitCode = await untrust(flags)
  })
}
