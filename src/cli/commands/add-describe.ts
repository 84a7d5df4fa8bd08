// `portico describe`.
import { type Command, Option } from 'commander'
import type { DescribeFlags } from '../describe/describe-host.ts'
import type { DescribeObjectsFlags } from '../describe/describe-objects.ts'
import { readPort } from '../flag-values.ts'
import { addFlags, addTableFlags, certDirFlag } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { UsageError } from '../usage-error.ts'
import { commandNames } from './command-names.ts'
import { allNamespacesFlag, filenameFlag, selectorFlag } from './object-flags.ts'
import { outputFlag } from './output-flag.ts'

const describeHelp = `
Kinds: host, or as in \`portico get\`. Objects are looked for in the namespace that -n names, by default in "default".

  portico describe ingress web -f ./k8s           rules with their endpoints, TLS, canaries, and what is wrong
  portico describe svc -A -f ./k8s                every Service, and which requests it gets
  portico describe host shop.example.com ./k8s    which certificate the host gets, and why
`

type Flags = DescribeFlags & DescribeObjectsFlags & { readonly filename: readonly string[] }

/** Adds `describe`. */
export function addDescribe(program: Command): void {
  const command = program
    .command('describe')
    .description("say all there is to say about objects, in kubectl's layout, or about a host's certificate")
    .argument('<kind>', 'host, ingress, service ... or KIND/NAME')
    .argument('[name...]', 'names or beginnings of names (default: all); of a host, followed by paths')
    .addOption(outputFlag())
    .addHelpText('after', describeHelp)
  addFlags(command, 'Which objects:', [
    filenameFlag(),
    allNamespacesFlag('objects of all namespaces'),
    selectorFlag(),
  ])
  addTableFlags(command)
  const port = new Option('--https-port <port>', 'port for the curl line').argParser(readPort).default(8443)
  addFlags(command, 'Options:', [port, certDirFlag()]).action(
    async (kind: string, names: readonly string[], flags: Flags) => {
      const all = commandNames(program)
      process.exitCode =
        kind === 'host' ? await host(names, flags, all) : await objects([kind, ...names], flags, all)
    },
  )
}

async function host(
  [name, ...given]: readonly string[],
  flags: Flags,
  all: readonly string[],
): Promise<number> {
  if (name === undefined) throw new UsageError('name the host: `portico describe host shop.example.com`')
  const paths = readPaths([...given, ...flags.filename], all)
  const { describeHost } = await import('../describe/describe-host.ts')
  return describeHost(name, paths, flags)
}

async function objects(words: readonly string[], flags: Flags, all: readonly string[]): Promise<number> {
  if (flags.output === 'json')
    throw new UsageError(`descriptions are text; \`portico get ${words.join(' ')} -o json\` gives objects`)
  const paths = readPaths(flags.filename, all)
  const { describeObjects } = await import('../describe/describe-objects.ts')
  return describeObjects(words, paths, flags)
}
