// `portico demo`.
import type { Command } from 'commander'
import type { DefaultPort } from '../demo/demo.ts'
import { addRunFlags, type RunFlags } from '../flags.ts'

/** Adds `demo`. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('serve the examples, with small local backends for them')
  addRunFlags(command).action(async (flags: RunFlags) => {
    const ports = ['httpPort', 'httpsPort', 'admin'] as const
    const isDefault = (port: DefaultPort) => command.getOptionValueSource(port) === 'default'
    const { demo } = await import('../demo/demo.ts')
    process.exit(await demo(flags, new Set(ports.filter(isDefault))))
  })
}
