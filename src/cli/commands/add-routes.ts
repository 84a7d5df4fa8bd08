// `portico routes`.
import type { Command } from 'commander'
import { addTableFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import type { RoutesFlags } from '../routes.ts'
import { commandNames } from './command-names.ts'
import { outputFlag } from './output-flag.ts'
import { pathsHelp } from './paths-help.ts'

/** Adds `routes`. */
export function addRoutes(program: Command): void {
  const command = program
    .command('routes')
    .description('show the routing table: host, path, Service, endpoints, TLS, canaries')
    .argument('[path...]', pathsHelp)
    .addOption(outputFlag())
  addTableFlags(command).action(async (given: string[], flags: RoutesFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { routes } = await import('../routes.ts')
    process.exitCode = await routes(paths, flags)
  })
}
