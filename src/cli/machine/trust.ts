// `portico trust`: lets this machine's programs accept the certificates that Portico signs, and for nothing else.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { StartError } from '../../app/start-error.ts'
import { LocalCaError } from '../../certificates/authority-files.ts'
import { createCertificateStore } from '../../certificates/cert-store.ts'
import { readCertificateName } from '../../certificates/certificate-name.ts'
import { createLocalCa, type LocalCa } from '../../certificates/local-ca.ts'
import { isConstrainable } from '../../certificates/name-constraints.ts'
import { forgetTrusted, keepTrusted, planTrusted } from '../../certificates/trusted-certificate.ts'
import { shellLine, shellWord } from '../../diagnostics/shell-line.ts'
import { emptyTable } from '../../routing/empty-table.ts'
import type { RoutingTable } from '../../routing/table.ts'
import { tableHosts } from '../../routing/table-hosts.ts'
import { type Command, lastLineOf, runCommand } from '../../trust/command.ts'
import { nssStores } from '../../trust/nss-stores.ts'
import { systemStore } from '../../trust/system-store.ts'
import { type TrustStore, TrustStoreError } from '../../trust/trust-store.ts'
import { compileOnce } from '../compile-once.ts'
import { confirm } from '../confirm.ts'
import { problemSummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { certDirectory } from './cert-directory.ts'
import { checkStores } from './check-stores.ts'

/** Values of the flags that `trust` and `untrust` share. */
export interface StoreFlags {
  /** Where the authority lives; its usual place when absent. */
  readonly certDir: string | undefined
  /** `all`, or one kind of stores. */
  readonly store: 'all' | 'system' | 'nss'
  /** Where the system's files are: another directory for an image. */
  readonly systemRoot: string | undefined
  /** Whether to go on without asking. */
  readonly yes: boolean
}

/** Values of the flags of `trust`. */
export interface TrustFlags extends StoreFlags, TableFlags {
  readonly check: boolean
  /** Domains to trust besides the hosts of the manifests. */
  readonly domain: readonly string[]
}

/** More domains than these make a certificate that is large in every store; a parent domain says it shorter. */
const maxDomains = 500

/** Gives 0 when every store is as asked, 1 when one is not or the user declines. */
export async function trust(paths: readonly string[], flags: TrustFlags): Promise<number> {
  refuseOtherUser(flags)
  const table = await tableOf(paths, flags)
  const hosts = tableHosts(table)
  try {
    const directory = certDirectory(flags.certDir)
    const ca = await createLocalCa(directory)
    if (!flags.check) return await install(ca, directory, [...usableDomains(hosts), ...flags.domain], flags)
    const certificates = createCertificateStore(ca)
    certificates.apply(table.certificates)
    return await checkStores(certificates, storesOf(flags), [...hosts, ...flags.domain])
  } catch (error) {
    if (error instanceof LocalCaError) throw new StartError(3, error.message)
    throw error
  }
}

/** Takes out of every store what `trust` has put in; gives 1 when one could not be changed or the user declines. */
export async function untrust(flags: StoreFlags): Promise<number> {
  refuseOtherUser(flags)
  const changes = await changesOf(storesOf(flags), store => store.removing())
  const isThere = changes.some(({ commands }) => commands.length > 0)
  if (isThere) {
    say('These commands take the certificate of Portico out of the stores that hold it:', '')
    showChanges(changes)
    if (!(await confirm('Run them?', flags.yes))) return declined()
  }
  const failures = await runChanges(changes)
  // What was kept of the domains is for the next time that something is added to them.
  if (failures === 0 && flags.store === 'all') await forgetTrusted(certDirectory(flags.certDir))
  return failures === 0 ? 0 : 1
}

/** Under sudo the authority and the browsers would be those of root, which nobody serves or browses with. */
function refuseOtherUser({ certDir }: StoreFlags): void {
  if (certDir === undefined && process.getuid?.() === 0 && process.env.SUDO_UID !== undefined)
    throw new UsageError('run it without sudo: it asks for sudo itself where a command needs it')
}

async function tableOf(paths: readonly string[], flags: TableFlags): Promise<RoutingTable> {
  if (paths.length === 0) return emptyTable
  const { table, diagnostics } = await compileOnce(paths, compileOptionsOf(flags))
  const problems = problemSummary(diagnostics)
  if (problems !== '') process.stderr.write(`${problems}\n`)
  return table
}

/** Domains for the hosts; those that a constraint may not name are told. */
function usableDomains(hosts: readonly string[]): string[] {
  const usable: string[] = []
  for (const host of hosts) {
    const name = readCertificateName(host.replace(/^\*\./, ''))
    if (name?.kind !== 'dns') say(`${host} is left out: no certificate can carry it`)
    else if (isConstrainable(name.name)) usable.push(name.name)
    else say(`${host} is left out: an authority for it would be one for every name below ${name.name}`)
  }
  return usable
}

function storesOf(flags: StoreFlags): TrustStore[] {
  if (flags.systemRoot !== undefined && !existsSync(flags.systemRoot))
    throw new UsageError(`--system-root: ${flags.systemRoot} does not exist`)
  const system = flags.store === 'nss' ? [] : [systemStore(flags.systemRoot)]
  return flags.store === 'system' ? system : [...system, ...nssStores(homedir())]
}

async function install(
  ca: LocalCa,
  directory: string,
  hosts: readonly string[],
  flags: TrustFlags,
): Promise<number> {
  const trusted = await planTrusted(ca, directory, hosts)
  if (trusted.domains.length > maxDomains)
    throw new UsageError(
      `more than ${maxDomains} domains, those of before included, which \`portico untrust\` forgets; name some that cover them with --domain, and no PATH`,
    )
  const changes = await changesOf(storesOf(flags), store => store.installing(trusted))
  say('The certificate counts for servers on local addresses and, each with all below it, for')
  say(`  ${trusted.domains.join(', ')}`, '')
  if (changes.some(({ commands }) => commands.length > 0)) {
    showChanges(changes)
    if (!(await confirm('Run these commands?', flags.yes))) return declined()
  }
  await keepTrusted(trusted)
  const failures = await runChanges(changes)
  sayWhatElse(ca, trusted.file)
  return failures === 0 ? 0 : 1
}

/** What a store needs, or why nothing can be done. */
interface Change {
  readonly store: TrustStore
  readonly commands: readonly Command[]
  readonly problem: string | undefined
}

/** Stores that can not be changed keep their place, so that they are reported. */
function changesOf(
  stores: readonly TrustStore[],
  commandsFor: (store: TrustStore) => Promise<readonly Command[]>,
): Promise<Change[]> {
  return Promise.all(
    stores.map(async store => {
      if (store.problem !== undefined) return { store, commands: [], problem: store.problem }
      try {
        return { store, commands: await commandsFor(store), problem: undefined }
      } catch (error) {
        if (!(error instanceof TrustStoreError)) throw error
        return { store, commands: [], problem: error.message }
      }
    }),
  )
}

function showChanges(changes: readonly Change[]): void {
  for (const { store, commands } of changes) {
    if (commands.length === 0) continue
    say(store.name, ...commands.map(command => `  ${shellLine(command)}`), '')
  }
}

/** One store after the other, each until a command of its own fails. Gives how many could not be brought to where they should be. */
async function runChanges(changes: readonly Change[]): Promise<number> {
  let failures = 0
  for (const { store, commands, problem: known } of changes) {
    const problem = known ?? (await runAll(commands))
    if (problem !== undefined) failures++
    const done = commands.length === 0 ? 'nothing to do' : 'done'
    say(`${store.name}: ${problem === undefined ? done : `failed: ${problem}`}`)
  }
  return failures
}

async function runAll(commands: readonly Command[]): Promise<string | undefined> {
  for (const command of commands) {
    const { code, stdout, stderr } = await runCommand(command)
    if (code === 0) continue
    return `${shellLine(command)} ended with ${code}: ${lastLineOf(stderr) || lastLineOf(stdout)}`
  }
  return undefined
}

function sayWhatElse(ca: LocalCa, trustedFile: string): void {
  say(
    '',
    'Browsers read their stores when they start. Firefox can also import the file under Settings, Privacy & Security,',
    'View Certificates, Authorities:',
    `  ${trustedFile}`,
    'Programs that read no store can be told:',
    `  export NODE_EXTRA_CA_CERTS=${shellWord(trustedFile)}`,
    `  curl --cacert ${shellWord(ca.certificateFile)} https://…`,
    '`portico trust --check` tries every store; `portico untrust` takes it all out again.',
  )
}

function declined(): number {
  say('Nothing was changed.')
  return 1
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
