// `portico top`.
import { type Command, Option } from 'commander'
import type { TopFlags } from '../top/top.ts'
import { addAdminFlags } from './admin-flags.ts'

const topHelp = `
Keys: q quits, s sorts by rate, e by errors, l by latency (p99), p pauses.
Errors are answers of 500 and above; rates and latencies are those of the last seconds.
`

/** Adds `top`. */
export function addTop(program: Command): void {
  const command = program
    .command('top')
    .description('the routes of a running instance by rate, errors and latency, live')
    .addOption(
      new Option('--once', 'print them once and end; so it is where output is no terminal').default(
        false,
        '',
      ),
    )
    .addOption(
      new Option('--sort <order>', 'by what routes are sorted at first: rate, errors or latency')
        .choices(['rate', 'errors', 'latency'])
        .default('rate'),
    )
    .addHelpText('after', topHelp)
  addAdminFlags(command).action(async (flags: TopFlags) => {
    const { top } = await import('../top/top.ts')
    process.exitCode = await top(flags)
  })
}
