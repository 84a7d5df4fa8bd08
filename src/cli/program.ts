// Which commands and flags there are. What a command does is loaded only when it is called, so that --version and --help
// are quick.
import { existsSync } from 'node:fs'
import { Command, Option } from 'commander'
import type { AnnotationsFlags } from './annotations.ts'
import type { CertFlags } from './cert.ts'
import type { CheckFlags } from './check.ts'
import type { DefaultPort } from './demo.ts'
import type { DescribeFlags } from './describe-host.ts'
import { collect, readAddress, readDomain, readNamespace, readObjectName, readPort } from './flag-values.ts'
import { addFlags, addRunFlags, addTableFlags, certDirFlag, type RunFlags } from './flags.ts'
import type { HostsFlags } from './hosts.ts'
import { readPaths } from './paths.ts'
import type { RoutesFlags } from './routes.ts'
import type { StoreFlags, TrustFlags } from './trust.ts'
import { UsageError } from './usage-error.ts'
import { readVersion } from './version.ts'

const pathsHelp = 'directories (with all below them), files, or - for standard input; default ./manifests'

/** Commands of the contract whose feature is still to come. */
const plannedCommands = ['explain', 'get']

/** The whole command line; errors of usage are thrown as `CommanderError` or `UsageError`. */
export function createProgram(): Command {
  const program = new Command('portico')
    .description('A layer-7 ingress proxy: point it at Kubernetes YAML, and it serves by those rules.')
    .version(readVersion(), '-V, --version')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ helpWidth: 120, optionDescription: describeOption })
    .addHelpText('after', examplesHelp)
  addRun(program)
  addDemo(program)
  addCheck(program)
  addRoutes(program)
  addDescribe(program)
  addAnnotations(program)
  addCert(program)
  addTrust(program)
  addUntrust(program)
  addHosts(program)
  for (const name of plannedCommands) addPlanned(program, name)
  return program
}

/** Without commander's own mention of the environment variable: the rule for its name is stated once, below. */
function describeOption(option: Option): string {
  const value = option.defaultValueDescription ?? (option.isBoolean() ? undefined : option.defaultValue)
  return value === undefined || value === ''
    ? option.description
    : `${option.description} (default: ${value})`
}

const examplesHelp = `
Without a command, \`portico [PATH...]\` means \`portico run [PATH...]\`.

Examples:
  portico demo                                    try it with the examples that come along
  portico run ./k8s                               serve the rules in ./k8s, follow every change
  portico run ./k8s --map shop/cart=127.0.0.1:3000
                                                  send Service cart to a local dev server
  helm template ./chart | portico check -         find mistakes before a cluster does
  portico routes ./k8s                            show which path goes where

Every flag can also be set by environment: --http-port is PORTICO_HTTP_PORT.
Exit codes: 0 clean, 1 problems found, 2 wrong usage or unreadable input, 3 could not start, 130/143 ended by a signal.
`

function addRun(program: Command): void {
  const command = program
    .command('run', { isDefault: true })
    .description('watch and serve, in the foreground (the default command)')
    .argument('[path...]', pathsHelp)
  addRunFlags(command).action(async (given: string[], flags: RunFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { run } = await import('./run.ts')
    process.exit(await run(paths, flags))
  })
}

function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('serve the examples, with small local backends for them')
  addRunFlags(command).action(async (flags: RunFlags) => {
    const ports = ['httpPort', 'httpsPort', 'admin'] as const
    const isDefault = (port: DefaultPort) => command.getOptionValueSource(port) === 'default'
    const { demo } = await import('./demo.ts')
    process.exit(await demo(flags, new Set(ports.filter(isDefault))))
  })
}

function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('report every problem in the manifests, serve nothing')
    .argument('[path...]', pathsHelp)
    .addOption(new Option('--strict', 'let warnings fail the check too').default(false, ''))
    .addOption(outputFlag())
  addTableFlags(command).action(async (given: string[], flags: CheckFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { check } = await import('./check.ts')
    process.exitCode = await check(paths, flags)
  })
}

function addRoutes(program: Command): void {
  const command = program
    .command('routes')
    .description('show the routing table: host, path, Service, endpoints, TLS, canaries')
    .argument('[path...]', pathsHelp)
    .addOption(outputFlag())
  addTableFlags(command).action(async (given: string[], flags: RoutesFlags) => {
    const paths = readPaths(given, commandNames(program))
    const { routes } = await import('./routes.ts')
    process.exitCode = await routes(paths, flags)
  })
}

function addDescribe(program: Command): void {
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
      const { describeHost } = await import('./describe-host.ts')
      process.exitCode = await describeHost(name, paths, flags)
    },
  )
}

function addAnnotations(program: Command): void {
  program
    .command('annotations')
    .description(
      'list what every ingress-nginx annotation does here, or explain one, or a key of its ConfigMap',
    )
    .argument('[name]', 'for example rewrite-target')
    .addOption(outputFlag())
    .action(async (name: string | undefined, flags: AnnotationsFlags) => {
      const { annotations } = await import('./annotations.ts')
      process.exitCode = annotations(name, flags)
    })
}

const certHelp = `
Writes HOST.crt and HOST.key (named for the first host) and says where. The Secret manifest goes to standard output
when that is a file or a pipe, or with -o yaml:

  portico cert shop.example.com > tls-secret.yaml
  portico cert shop.example.com '*.shop.example.com' --name shop-tls --namespace shop -o yaml
`

function addCert(program: Command): void {
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
    const { cert } = await import('./cert.ts')
    process.exitCode = await cert(hosts, flags)
  })
}

const trustHelp = `
Shows every command before it runs it, and asks. The certificate that goes into the stores counts only for the hosts of
the manifests (and --domain), for names such as *.test and *.localhost, and for local addresses: its key is of no use
for anybody else's sites. Hosts that come later need another \`portico trust\`.

  portico trust ./k8s             let browsers and the system accept the hosts of ./k8s
  portico trust --check ./k8s     make a handshake by every store: 1 when one refuses a host
  portico untrust                 take it all out again
`

function addTrust(program: Command): void {
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
      const { trust } = await import('./trust.ts')
      process.exitCode = await trust(paths, flags)
    },
  )
}

function addUntrust(program: Command): void {
  const command = program
    .command('untrust')
    .description('take out of all stores what `portico trust` has put in')
    .addOption(yesFlag())
  addFlags(command, 'Which stores:', storeFlags()).action(async (flags: StoreFlags) => {
    const { untrust } = await import('./trust.ts')
    process.exitCode = await untrust(flags)
  })
}

function storeFlags(): Option[] {
  return [
    new Option('--store <kind>', 'system: the one of the system; nss: those of Chromium and Firefox')
      .choices(['all', 'system', 'nss'])
      .default('all'),
    new Option('--system-root <dir>', 'the Debian system below this directory, for making images'),
    certDirFlag(),
  ]
}

function addHosts(program: Command): void {
  const command = program
    .command('hosts')
    .description('print the lines of a hosts file for the hosts of the manifests, or maintain them there')
    .argument('[path...]', pathsHelp)
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
    const { hosts } = await import('./hosts.ts')
    process.exitCode = await hosts(paths, flags)
  })
}

/** Without a twin in the environment: what is changed elsewhere is agreed to each time. */
function yesFlag(): Option {
  return new Option('--yes', 'go on without asking').default(false, '')
}

function addPlanned(program: Command, name: string): void {
  program
    .command(name, { hidden: true })
    .description(`still to come; see \`portico --help\` for what there is`)
    .argument('[anything...]')
    .allowUnknownOption()
    .action(() => {
      throw new UsageError(`\`portico ${name}\` is still to come; see \`portico --help\` for what there is`)
    })
}

function outputFlag(): Option {
  return new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text')
}

function commandNames(program: Command): string[] {
  return program.commands.map(command => command.name())
}
