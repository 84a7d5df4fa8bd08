// Every flag of the commands that serve or compile, once: name, environment twin, default, reader, description.
// `check` and `routes` take those that shape the table, `run` and `demo` take all.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CompileOptions } from '../compile/options.ts'
import { type AccessLogFlags, accessLogFlags } from './access-log-flags.ts'
import { type AdminFlags, adminAccessFlags } from './admin-access.ts'
import {
  collect,
  readAdminAddress,
  readBindAddress,
  readClassName,
  readCollectorUrl,
  readDurationMs,
  readEndpointMap,
  readNamespace,
  readNamespacedName,
  readPort,
  readPseudonym,
  type WrittenEndpointMap,
} from './flag-values.ts'

/** Values of the flags that shape the table. */
export interface TableFlags {
  readonly ingressClass: readonly string[]
  readonly namespace: string | undefined
  readonly defaultBackendService: { namespace: string; name: string } | undefined
  readonly defaultSslCertificate: { namespace: string; name: string } | undefined
  readonly configMap: { namespace: string; name: string } | undefined
  readonly map: readonly WrittenEndpointMap[]
}

/** From the most to the least urgent; each level shows those before it too. */
const logLevels = ['error', 'warn', 'info', 'debug'] as const
/** A value of `--log-level`. */
export type LogLevel = (typeof logLevels)[number]

/** Values of the flags of `run`. */
export interface RunFlags extends TableFlags, AccessLogFlags, AdminFlags {
  readonly httpPort: number
  readonly httpsPort: number
  readonly bind: string
  readonly poll: boolean
  readonly logLevel: LogLevel
  readonly otlpEndpoint: string | undefined
  readonly via: string | undefined
  /** `undefined`: neither was said. */
  readonly dev: boolean | undefined
  /** Milliseconds; commander names a value after its flag. */
  readonly drainTimeout: number
  readonly certDir: string | undefined
}

/** Adds the flags that decide what the routing table looks like. */
export function addTableFlags(command: Command): Command {
  const group = 'What is served:'
  const options = [
    new Option(
      '--ingress-class <name>',
      'serve only Ingresses of this class; repeatable (default: every class)',
    )
      .argParser(collect(readClassName))
      .default([], ''),
    new Option('-n, --namespace <name>', 'serve only objects of this namespace (default: all)').argParser(
      readNamespace,
    ),
    new Option(
      '--default-backend-service <ns/name>',
      'Service for what no rule matches (default: 404)',
    ).argParser(readNamespacedName),
    new Option(
      '--default-ssl-certificate <ns/name>',
      'TLS Secret for hosts without one (default: local CA)',
    ).argParser(readNamespacedName),
    new Option('--map <[ns/]svc[:port]=host:port>', 'send a Service to this address; repeatable')
      .argParser(collect(readEndpointMap))
      .default([], ''),
    new Option(
      '--config-map <ns/name>',
      'ConfigMap of the manifests with defaults for all Ingresses, with the keys of ingress-nginx',
    ).argParser(readNamespacedName),
  ]
  return addFlags(command, group, options)
}

/** Adds the flags of `run`, those that shape the table included. */
export function addRunFlags(command: Command): Command {
  addFlags(command, 'Where it listens:', [
    new Option('--http-port <port>', 'port for HTTP; 0 picks a free one').argParser(readPort).default(8080),
    new Option('--https-port <port>', 'port for HTTPS').argParser(readPort).default(8443),
    new Option('--bind <address>', 'address of both').argParser(readBindAddress).default('127.0.0.1'),
    new Option('--admin <host:port>', 'dashboard, health, metrics and API, or "off"')
      .argParser(readAdminAddress)
      .default({ host: '127.0.0.1', port: 10254 }, '127.0.0.1:10254'),
    ...adminAccessFlags(),
  ])
  addTableFlags(command)
  const howItRuns = 'How it runs:'
  addFlags(command, howItRuns, [devFlag()])
  // The other word for PORTICO_DEV=off, without a variable of its own.
  command.addOption(
    new Option('--no-dev', 'short error pages that say nothing about the inside').helpGroup(howItRuns),
  )
  return addFlags(command, howItRuns, [
    new Option('--poll', 'watch by polling, for mounts that send no events').default(false),
    ...accessLogFlags(),
    new Option(
      '--otlp-endpoint <url>',
      'trace requests, and send spans to this collector (OTLP over HTTP), such as http://localhost:4318',
    ).argParser(readCollectorUrl),
    new Option('--log-level <level>', 'operational messages: error, warn, info or debug')
      .choices(logLevels)
      .default('info'),
    new Option(
      '--via <name>',
      'add a Via field under this name to what is forwarded; what comes back is 508',
    ).argParser(readPseudonym),
    new Option('--drain-timeout <duration>', 'time for requests in flight at the end')
      .argParser(readDurationMs)
      .default(10_000, '10s'),
    certDirFlag(),
    new Option('--workers <n>', 'worker processes (more than 1 is still to come)')
      .argParser(readWorkers)
      .default(1),
  ])
}

/** `--cert-dir`, shared with `cert`. */
export function certDirFlag(): Option {
  return new Option('--cert-dir <dir>', 'where the local certificate authority lives')
}

/** Adds flags with their environment twins: `--http-port` is also `PORTICO_HTTP_PORT`. */
export function addFlags(command: Command, group: string, options: readonly Option[]): Command {
  for (const option of options) {
    const variable = `PORTICO_${option.long!.slice(2).toUpperCase().replaceAll('-', '_')}`
    // commander takes any value of a boolean's variable as "on"; PORTICO_POLL=false must not mean that.
    const takesNoValue = !option.required && !option.optional
    if (!takesNoValue || !saysNo(process.env[variable])) option.env(variable)
    option.helpGroup(group)
    command.addOption(option)
  }
  return command
}

function saysNo(text: string | undefined): boolean {
  return text !== undefined && /^(|0|false|no|off)$/i.test(text)
}

/** What compile is told by the flags. */
export function compileOptionsOf(flags: TableFlags): CompileOptions {
  return {
    ingressClasses: flags.ingressClass,
    namespace: flags.namespace,
    defaultBackendService: flags.defaultBackendService,
    defaultSslCertificate: flags.defaultSslCertificate,
    configMap: flags.configMap,
    endpointMaps: flags.map.map(map => ({
      ...map,
      namespace: map.namespace ?? flags.namespace ?? 'default',
    })),
  }
}

function devFlag(): Option {
  // Off words in the environment are no value to commander, so they are the default.
  const isOff = saysNo(process.env.PORTICO_DEV)
  return new Option(
    '--dev',
    'error pages that teach, and X-Portico-Explain (default: on a terminal, where only this machine can ask)',
  ).default(isOff ? false : undefined, '')
}

function readWorkers(text: string): 1 {
  if (text === '1') return 1
  throw new InvalidArgumentError(
    'More than one worker process is still to come; leave the flag out or say 1.',
  )
}
