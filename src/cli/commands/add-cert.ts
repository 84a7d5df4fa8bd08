// `portico cert`.
import { type Command, Option } from 'commander'
import { readNamespace, readObjectName } from '../flag-values.ts'
import { addFlags, certDirFlag } from '../flags.ts'
import type { CertFlags } from '../machine/cert.ts'

const certHelp = `
Writes HOST.crt and HOST.key (named for the first host) and says where. The Secret manifest goes to standard output
when that is a file or a pipe, or with -o yaml:

  portico cert shop.example.com > tls-secret.yaml
  portico cert shop.example.com '*.shop.example.com' --name shop-tls --namespace shop -o yaml
`

/** Adds `cert`. */
export function addCert(program: Command): void {
  const command = program
    .command('cert')
    .description('make a certificate for hosts, signed by the local certificate authority')
    .argument('<host...>', 'host names, *.wildcards or IP addresses; all of them go into one certificate')
    .addOption(new Option('--out <dir>', 'directory for the pair (default: that of the authority)'))
    .addOption(
      new Option('--name <name>', 'name of the Secret (default: made from the first host)').argParser(
        readObjectName,
      ),
    )
    .addOption(new Option('--namespace <name>', 'namespace of the Secret').argParser(readNamespace))
    .addOption(
      new Option('-o, --output <format>', 'print the Secret manifest even on a terminal').choices(['yaml']),
    )
    .addHelpText('after', certHelp)
  addFlags(command, 'Options:', [certDirFlag()]).action(async (hosts: string[], flags: CertFlags) => {
    const { cert } = await import('../machine/cert.ts')
    process.exitCode = await cert(hosts, flags)
  })
}
