// `portico hosts`.
import { type Command, Option } from 'commander'
import { readAddress } from '../flag-values.ts'
import { addFlags, addTableFlags } from '../flags.ts'
import type { HostsFlags } from '../machine/hosts.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { pathsHelp } from './paths-help.ts'
import { yesFlag } from './yes-flag.ts'

const hostsHelp = `
Examples:
  portico hosts ./k8s                             print the lines
  portico hosts --write ./k8s                     put them into /etc/hosts, after asking
  portico hosts --remove                          take them out again
`

/** Adds `hosts`. */
export function addHosts(program: Command): void {
  const command = program
    .command('hosts')
    .description('print the lines of a hosts file for the hosts of the manifests, or maintain them there')
    .argument('[path...]', pathsHelp)
    .addHelpText('after', hostsHelp)
    .addOption(
      new Option('--write', 'put the lines between two marks in the file, after asking').default(false, ''),
    )
    .addOption(new Option('--remove', 'take them out again').default(false, ''))
    .addOption(yesFlag())
  addFlags(command, 'The hosts file:', [
    new Option('--address <ip>', 'where the names lead').argParser(readAddress).default('127.0.0.1'),
    new Option('--hosts-file <file>', "another file than the system's own"),
  ])
  addTableFlags(command).action(async (given: string[], flags: HostsFlags) => {
    const paths = flags.remove ? [] : readPaths(given, commandNames(program))
    const { hosts } = await import('../machine/hosts.ts')
    process.exitCode = await hosts(paths, flags)
  })
}
