// `portico dump`.
import { type Command, Option } from 'commander'
import type { DumpFlags } from '../dump/dump.ts'
import { addTableFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { liveFlag } from './live-flag.ts'
import { outputFlag } from './output-flag.ts'
import { pathsHelp } from './paths-help.ts'

const dumpHelp = `
What Secrets and referenced ConfigMaps hold is never shown.

  portico dump ./k8s -o json                      the routing table that the manifests make
  portico dump --effective ./k8s                  every setting that somebody wrote, its value, and where it stands
  portico dump --effective --host shop.example.com --all ./k8s
                                                  those of one host, the defaults included
  portico dump --effective --live                 those in force in the running instance
`

/** Adds `dump`. */
export function addDump(program: Command): void {
  const command = program
    .command('dump')
    .description('print the routing table as data, or the settings in force and where each comes from')
    .argument('[path...]', pathsHelp)
    .addOption(
      new Option('--effective', 'the settings in force on each route, with their places').default(false, ''),
    )
    .addOption(new Option('--all', 'with --effective: settings at their defaults too').default(false, ''))
    .addOption(new Option('--host <name>', 'with --effective: only this host, as the rules have it'))
    .addOption(new Option('--ingress <[ns/]name>', 'with --effective: only routes of this Ingress'))
    .addOption(liveFlag())
    .addOption(outputFlag(['text', 'json', 'yaml']))
    .addHelpText('after', dumpHelp)
  addTableFlags(command).action(async (given: string[], flags: DumpFlags) => {
    const paths = flags.live === undefined ? readPaths(given, commandNames(program)) : []
    const { dump } = await import('../dump/dump.ts')
    process.exitCode = await dump(paths, flags)
  })
}
