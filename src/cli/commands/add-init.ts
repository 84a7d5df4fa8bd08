// `portico init`.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { hostProblem, serviceNameProblem } from '../../resources/dns-names.ts'
import { readName, readNamespace } from '../flag-values.ts'
import type { InitFlags } from '../init/init.ts'
import { readOrigin } from '../init/origin.ts'

const initHelp = `
Examples:
  portico init --from 5173                                 http://app.localhost:8080 for the server on port 5173
  portico init --from 3000 --name shop --host shop.test --tls
  portico init --from https://localhost:3443 --out -       print it instead
`

/** Adds `init`. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a first Ingress and Service for a server on this machine')
    .addOption(
      new Option('--from <server>', 'port, host:port or URL that the server listens on')
        .argParser(readOrigin)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--name <name>', 'name of the Ingress and the Service')
        .argParser(text => readName(text, serviceNameProblem))
        .default('app'),
    )
    .addOption(new Option('--namespace <name>', 'their namespace').argParser(readNamespace))
    .addOption(
      new Option('--host <host>', 'host to serve (default: NAME.localhost)').argParser(text =>
        readName(text.toLowerCase(), hostProblem),
      ),
    )
    .addOption(
      new Option('--path <path>', 'path to serve, with all below it').argParser(readPath).default('/'),
    )
    .addOption(new Option('--tls', 'serve it over HTTPS').default(false, ''))
    .addOption(new Option('--out <file>', 'file to write, or - (default: manifests/NAME.yaml)'))
    .addOption(new Option('--force', 'overwrite the file').default(false, ''))
    .addHelpText('after', initHelp)
    .action(async (flags: InitFlags) => {
      const { init } = await import('../init/init.ts')
      process.exitCode = await init(flags)
    })
}

/** What ingress-nginx takes for pathType Prefix, without what would be normalised away. */
function readPath(text: string): string {
  if (/^\/[A-Za-z0-9._/-]*$/.test(text) && !/\/\/|\/\.\.?(?:\/|$)/.test(text)) return text
  throw new InvalidArgumentError(
    'A path begins with "/" and holds letters, digits and "._-/", for example /api.',
  )
}
