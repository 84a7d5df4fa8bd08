// `portico status`.
import type { Command } from 'commander'
import type { StatusFlags } from '../status/status.ts'
import { addAdminFlags } from './admin-flags.ts'
import { outputFlag } from './output-flag.ts'

const statusHelp = `
Exit codes: 0 all is well, 1 not ready or errors in the manifests, 2 nobody answers.
`

/** Adds `status`. */
export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .description('how a running instance is: what it serves, problems, certificates, rates and latencies')
    .addOption(outputFlag(['text', 'json']))
    .addHelpText('after', statusHelp)
  addAdminFlags(command).action(async (flags: StatusFlags) => {
    const { status } = await import('../status/status.ts')
    process.exitCode = await status(flags)
  })
}
