// `portico hosts`: lines of a hosts file that lead the manifests' host names to this machine.
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../../app/start-error.ts'
import { readCertificateName } from '../../certificates/certificate-name.ts'
import { tableHosts } from '../../routing/table-hosts.ts'
import { compileOnce } from '../compile-once.ts'
import { confirm } from '../confirm.ts'
import { problemSummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { HostsFileError, otherEntries, withBlock } from './hosts-file.ts'

/** Values of the flags of `hosts`. */
export interface HostsFlags extends TableFlags {
  /** Where the names lead. */
  readonly address: string
  readonly write: boolean
  readonly remove: boolean
  readonly yes: boolean
  /** The system's own when absent. */
  readonly hostsFile: string | undefined
}

/** Prints the lines, or with `write` or `remove` changes the file after asking; gives 1 when the user declines. */
export async function hosts(paths: readonly string[], flags: HostsFlags): Promise<number> {
  if (flags.remove && flags.write) throw new UsageError('either --write or --remove')
  if (flags.remove) return changeFile([], flags)
  const { table, diagnostics } = await compileOnce(paths, compileOptionsOf(flags))
  const { named, local, unnameable } = sortHosts(tableHosts(table))
  if (local.length > 0)
    tell(`${local.join(', ')}: nothing to do, browsers and resolvers know localhost themselves`)
  if (unnameable.length > 0)
    tell(
      `${unnameable.join(', ')}: a hosts file can not say it; name the hosts you open, or use \`curl --resolve\``,
    )
  const problems = problemSummary(diagnostics)
  if (problems !== '') tell(problems)
  if (flags.write) return changeFile(named, flags)
  if (named.length === 0) tell('no name needs a line')
  else process.stdout.write(`${linesFor(named, flags.address).join('\n')}\n`)
  return 0
}

interface SortedHosts {
  /** Names that need a line. */
  readonly named: readonly string[]
  /** RFC 6761 §6.3: `localhost` and all below it lead to loopback. */
  readonly local: readonly string[]
  /** Wildcards. */
  readonly unnameable: readonly string[]
}

function sortHosts(all: readonly string[]): SortedHosts {
  const isLocal = (host: string) => host === 'localhost' || host.endsWith('.localhost')
  const isNameable = (host: string) => !host.startsWith('*') && readCertificateName(host)?.kind === 'dns'
  return {
    local: all.filter(isLocal),
    named: all.filter(host => !isLocal(host) && isNameable(host)),
    unnameable: all.filter(host => !isLocal(host) && !isNameable(host)),
  }
}

/** One name to a line: Windows takes nine at most. */
function linesFor(names: readonly string[], address: string): string[] {
  return names.map(name => `${address} ${name}`)
}

async function changeFile(names: readonly string[], flags: HostsFlags): Promise<number> {
  const file = flags.hostsFile ?? systemHostsFile()
  try {
    const text = await readText(file)
    const lines = linesFor(names, flags.address)
    const changed = withBlock(text, lines)
    for (const { line, address, host } of otherEntries(text, names, flags.address))
      tell(`${file}:${line} leads ${host} to ${address}; of two lines for a name the first one counts`)
    if (changed === text) {
      tell(`${file} needs no change`)
      return 0
    }
    const what =
      lines.length === 0 ? 'without the lines of portico' : `with these lines:\n${lines.join('\n')}`
    tell(`${file} ${what}`)
    if (!(await confirm('Write it?', flags.yes))) {
      tell('Nothing was changed.')
      return 1
    }
    // Somebody may have written to it while the question stood.
    await overwrite(file, withBlock(await readText(file), lines))
    tell(`wrote ${file}`)
    return 0
  } catch (error) {
    throw toStartError(error, file)
  }
}

/** A byte for a character: comments may be in any encoding, and stay as they are. */
function readText(file: string): Promise<string> {
  return readFile(file, 'latin1')
}

/**
 * In place: in a container the file is a mount of its own, which nothing can be moved over; owner and mode stay too. Cut to
 * its length at the end, so that what stood before the block is there still when the disk is full.
 */
async function overwrite(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.writeFile(text, 'latin1')
  await handle.truncate(text.length)
}

function toStartError(error: unknown, file: string): unknown {
  if (error instanceof HostsFileError) return new StartError(3, `${file}: ${error.message}`)
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM')
    return new StartError(
      3,
      `${file} may not be written by this user; run it with sudo, or add the lines that it prints without --write`,
    )
  return syscall === undefined ? error : new StartError(3, `${file} can not be changed: ${message}`)
}

function systemHostsFile(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
}

/** Standard output is for the lines alone. */
function tell(message: string): void {
  process.stderr.write(`${message}\n`)
}
