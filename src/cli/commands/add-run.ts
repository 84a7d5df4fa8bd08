// `portico run`.
import type { Command } from 'commander'
import { addRunFlags, type RunFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { pathsHelp } from './paths-help.ts'

const runHelp = `
Examples:
  portico run ./k8s --map shop/cart=127.0.0.1:3000          send Service cart to a local dev server
  portico run ./k8s --http-port 80 --https-port 443 --bind 0.0.0.0
                                                            for other machines, on the usual ports
  helm template ./chart | portico run -                     what Helm renders
  portico run ./k8s --config-map ingress-nginx/ingress-nginx-controller
                                                            with the defaults that the cluster has
`

/** Adds `run`, the default command. */
export function addRun(program: Command): void {
  const command = program
    .command('run', { isDefault: true })
    .description('watch and serve, in the foreground (the default command)')
    .argument('[path...]', pathsHelp)
    .addHelpText('after', runHelp)
  addRunFlags(command).action(async (given: string[], flags: RunFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { run } = await import('../run.ts')
    process.exit(await run(paths, flags))
  })
}
