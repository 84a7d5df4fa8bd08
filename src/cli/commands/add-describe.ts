// `portico describe`.
import { type Command, Option } from 'commander'
import type { DescribeFlags } from '../describe-host.ts'
import { readPort } from '../flag-values.ts'
import { addFlags, addTableFlags, certDirFlag } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { UsageError } from '../usage-error.ts'
import { commandNames } from './command-names.ts'
import { outputFlag } from './output-flag.ts'
import { pathsHelp } from './paths-help.ts'

/** Adds `describe`. */
export function addDescribe(program: Command): void {
  const command = program
    .command('describe')
    .description('say which certificate a host gets, why, and what is wrong with it')
    .argument('<kind>', 'host')
    .argument('<name>', 'a host name, or a wildcard as a rule has it')
    .argument('[path...]', pathsHelp)
    .addOption(outputFlag())
  addTableFlags(command)
  const port = new Option('--https-port <port>', 'port for the curl line').argParser(readPort).default(8443)
  addFlags(command, 'Options:', [port, certDirFlag()]).action(
    async (kind: string, name: string, given: string[], flags: DescribeFlags) => {
      if (kind !== 'host')
        throw new UsageError(`only a host can be described: \`portico describe host ${name}\``)
      const paths = readPaths(given, commandNames(program))
      const { describeHost } = await import('../describe-host.ts')
      process.exitCode = await describeHost(name, paths, flags)
    },
  )
}
