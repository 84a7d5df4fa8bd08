// `portico routes`.
import { type Command, Option } from 'commander'
import { addFlags, addTableFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import type { RoutesFlags } from '../routes/routes.ts'
import { commandNames } from './command-names.ts'
import { allNamespacesFlag, noHeadersFlag, selectorFlag, watchFlag } from './object-flags.ts'
import { outputFlag } from './output-flag.ts'
import { pathsHelp } from './paths-help.ts'

const routesHelp = `
Examples:
  portico routes ./k8s                            one line for each path, with file and line
  portico routes ./k8s -o json                    the same for scripts
`

/** Adds `routes`. */
export function addRoutes(program: Command): void {
  const command = program
    .command('routes')
    .description('show the routing table: host, path, Service, endpoints, TLS, canaries')
    .argument('[path...]', pathsHelp)
    .addHelpText('after', routesHelp)
    .addOption(outputFlag(['text', 'wide', 'json', 'yaml', 'name']))
  addFlags(command, 'Which routes:', [
    new Option('--host <name>', 'only those that take requests for this host'),
    selectorFlag('only those of Ingresses with these labels, such as app=web,tier!=test'),
    allNamespacesFlag('those of all namespaces (the default without -n)'),
  ])
  addFlags(command, 'How they are shown:', [watchFlag(), noHeadersFlag()])
  addTableFlags(command).action(async (given: string[], flags: RoutesFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { routes } = await import('../routes/routes.ts')
    process.exitCode = await routes(paths, flags)
  })
}
