// The certificate databases of NSS: Chromium and its relatives on Linux have one for each user, Firefox one for each
// profile. Changed with NSS's own `certutil`; `tstclnt`, which comes with it, says what NSS thinks of a server.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, findProgram, lastLineOf, runCommand } from './command.ts'
import { refusalByNode } from './handshake.ts'
import { isSameCertificate, storedName, type TrustStore, TrustStoreError } from './trust-store.ts'

/** Directories of profiles, below a home directory. */
const firefoxProfiles = [
  '.mozilla/firefox',
  '.config/mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
  'Library/Application Support/Firefox/Profiles',
]
const chromiumPrograms = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
  'vivaldi',
]

const missing =
  'certutil of NSS is missing; install libnss3-tools (Debian), nss-tools (Fedora), nss (Arch, Homebrew)'

/**
 * One store for each database below `home` and in the user's data directory, where a Chromium that finds no `~/.pki` makes its
 * own. A Chromium that was never started gets its database, where it looks first.
 * Windows has other programs by these names, and its browsers use its own store: none there.
 */
export function nssStores(home: string, dataHome = process.env.XDG_DATA_HOME): TrustStore[] {
  if (process.platform === 'win32') return []
  const places = [
    join(home, '.pki/nssdb'),
    join(dataHome || join(home, '.local/share'), 'pki/nssdb'),
    join(home, 'snap/chromium/current/.pki/nssdb'),
  ]
  const chromium = places.filter(isDatabase)
  const isExpected = process.platform === 'linux' && findProgram(...chromiumPrograms) !== undefined
  if (chromium.length === 0 && isExpected) chromium.push(places[0]!)
  return [
    ...chromium.map(directory => nssStore(directory, 'Chromium')),
    ...firefoxDatabases(home).map(directory => nssStore(directory, 'Firefox')),
  ]
}

function firefoxDatabases(home: string): string[] {
  return firefoxProfiles
    .map(path => join(home, path))
    .flatMap(directory => namesIn(directory).map(profile => join(directory, profile)))
    .filter(isDatabase)
}

/** None where there is no directory, or one that this user, and so their browser, may not read. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** Databases of the older format (`cert8.db`) have not been used since Firefox 58. */
function isDatabase(directory: string): boolean {
  return existsSync(join(directory, 'cert9.db'))
}

function nssStore(directory: string, browser: string): TrustStore {
  const program = findProgram('certutil')
  const certutil = (...args: string[]): Command => [program ?? 'certutil', '-d', `sql:${directory}`, ...args]

  async function held(): Promise<string[]> {
    if (program === undefined || !isDatabase(directory)) return []
    const { code, stdout, stderr } = await runCommand(certutil('-L', '-n', storedName, '-a'))
    // Where a database holds no certificate of the name, certutil ends with the same code as for one that is damaged.
    if (code !== 0 && !/could not find/i.test(stderr)) throw new TrustStoreError(lastLineOf(stderr))
    return stdout.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  }

  /** `C` among the flags for TLS: an authority that may vouch for servers. */
  async function isTrusted(): Promise<boolean> {
    const { stdout } = await runCommand(certutil('-L'))
    const line = stdout.split('\n').find(text => text.startsWith(storedName))
    return line !== undefined && /C\w*,\w*,\w*\s*$/.test(line)
  }

  const removing = async () => (await held()).map(() => certutil('-D', '-n', storedName))

  return {
    name: `NSS ${directory} (${browser})`,
    problem: program === undefined ? missing : undefined,
    held,
    async installing({ file, pem }) {
      const [first, ...others] = await held()
      if (first !== undefined && others.length === 0 && isSameCertificate(first, pem) && (await isTrusted()))
        return []
      const making: Command[] = isDatabase(directory)
        ? []
        : [['mkdir', '-p', '-m', '700', directory], certutil('-N', '--empty-password')]
      return [...making, ...(await removing()), certutil('-A', '-t', 'C,,', '-n', storedName, '-i', file)]
    },
    removing,
    async refusal(port, host) {
      if (!isDatabase(directory)) return 'there is no database yet'
      const client = findProgram('tstclnt')
      if (client === undefined) {
        if (program === undefined) return missing
        return (await isTrusted()) ? refusalByNode(await held(), port, host) : 'not trusted'
      }
      const { code, stdout, stderr } = await runCommand([
        client,
        ...['-h', '127.0.0.1', '-p', String(port), '-a', host, '-d', `sql:${directory}`, '-Q'],
      ])
      if (code === 0) return undefined
      return /SEC_\w+|SSL_\w+/.exec(stdout + stderr)?.[0] ?? `tstclnt ended with ${code}`
    },
  }
}
