// `portico trust`.
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { collect, readDomain } from '../flag-values.ts'
import { addFlags, addTableFlags } from '../flags.ts'
import type { TrustFlags } from '../machine/trust.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { pathsHelp } from './paths-help.ts'
import { storeFlags } from './store-flags.ts'
import { yesFlag } from './yes-flag.ts'

const trustHelp = `
Shows every command before it runs it, and asks. The certificate that goes into the stores counts only for the hosts of
the manifests (and --domain), for names such as *.test and *.localhost, and for local addresses: its key is of no use
for anybody else's sites. Hosts that come later need another \`portico trust\`.

  portico trust ./k8s             let browsers and the system accept the hosts of ./k8s
  portico trust --check ./k8s     make a handshake by every store: 1 when one refuses a host
  portico untrust                 take it all out again
`

/** Adds `trust`. */
export function addTrust(program: Command): void {
  const command = program
    .command('trust')
    .description('let browsers and the system of this machine accept the certificates of the local authority')
    .argument('[path...]', `manifests whose hosts to accept: ${pathsHelp} if there is one`)
    .addOption(new Option('--check', 'change nothing, try every store').default(false, ''))
    .addOption(
      new Option('--domain <name>', 'accept this domain and all below it; repeatable')
        .argParser(collect(readDomain))
        .default([], ''),
    )
    .addOption(yesFlag())
    .addHelpText('after', trustHelp)
  addFlags(addTableFlags(command), 'Which stores:', storeFlags()).action(
    async (given: string[], flags: TrustFlags) => {
      const isDefault = given.length === 0 && flags.domain.length === 0 && existsSync('manifests')
      const paths = given.length > 0 || isDefault ? readPaths(given, commandNames(program)) : []
      const { trust } = await import('../machine/trust.ts')
      process.exitCode = await trust(paths, flags)
    },
  )
}
