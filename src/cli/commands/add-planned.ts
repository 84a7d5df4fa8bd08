// Commands of the contract whose feature is still to come.
import type { Command } from 'commander'
import { UsageError } from '../usage-error.ts'

/** Adds a command that says so. */
export function addPlanned(program: Command, name: string): void {
  program
    .command(name, { hidden: true })
    .description(`still to come; see \`portico --help\` for what there is`)
    .argument('[anything...]')
    .allowUnknownOption()
    .action(() => {
      throw new UsageError(`\`portico ${name}\` is still to come; see \`portico --help\` for what there is`)
    })
}
