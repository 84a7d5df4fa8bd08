// The store that belongs to the operating system: most programs that are no browsers look there. One kind of Linux and one
// place are tried out by tests (Debian's); the commands for the others follow their documentation and were never run.
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { getCACertificates } from 'node:tls'
import { asOwnerOf, type Command, findProgram } from './command.ts'
import { refusalByNode } from './handshake.ts'
import { isSameCertificate, storedName, type TrustStore } from './trust-store.ts'

/** A Linux whose store is a directory of files, and a program that makes a bundle of them. */
interface FileStore {
  readonly label: string
  /** A directory whose presence tells this system from others. */
  readonly directory: string
  readonly fileName: string
  readonly updating: (program: string, root: string) => Command
  /** `updating` may leave out what was removed. */
  readonly updatingAfterRemoval: (program: string, root: string) => Command
  readonly program: string
  /** All trusted certificates in one file, as programs read them; the first that exists. */
  readonly bundles: readonly string[]
}

const debian: FileStore = {
  label: 'system (update-ca-certificates)',
  directory: '/usr/local/share/ca-certificates',
  fileName: 'portico-local-ca.crt',
  program: 'update-ca-certificates',
  updating: (program, root) => [program, ...debianRoot(root)],
  updatingAfterRemoval: (program, root) => [program, '--fresh', ...debianRoot(root)],
  bundles: ['/etc/ssl/certs/ca-certificates.crt'],
}

const untested = 'not tried out by our tests'

const fileStores: readonly FileStore[] = [
  {
    label: `system (update-ca-trust; ${untested})`,
    directory: '/etc/pki/ca-trust/source/anchors',
    fileName: 'portico-local-ca.pem',
    program: 'update-ca-trust',
    updating: program => [program, 'extract'],
    updatingAfterRemoval: program => [program, 'extract'],
    bundles: ['/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', '/etc/pki/tls/certs/ca-bundle.crt'],
  },
  {
    label: `system (trust; ${untested})`,
    directory: '/etc/ca-certificates/trust-source/anchors',
    fileName: 'portico-local-ca.crt',
    program: 'trust',
    updating: program => [program, 'extract-compat'],
    updatingAfterRemoval: program => [program, 'extract-compat'],
    bundles: ['/etc/ca-certificates/extracted/tls-ca-bundle.pem', '/etc/ssl/certs/ca-certificates.crt'],
  },
  {
    label: `system (update-ca-certificates of SUSE; ${untested})`,
    directory: '/etc/pki/trust/anchors',
    fileName: 'portico-local-ca.pem',
    program: 'update-ca-certificates',
    updating: program => [program],
    updatingAfterRemoval: program => [program],
    bundles: ['/etc/ssl/ca-bundle.pem', '/var/lib/ca-certificates/ca-bundle.pem'],
  },
  debian,
]

/** Debian's own options for a system that lies below another directory. */
function debianRoot(root: string): string[] {
  if (root === '/') return []
  return [
    ['--certsconf', 'etc/ca-certificates.conf'],
    ['--certsdir', 'usr/share/ca-certificates'],
    ['--localcertsdir', 'usr/local/share/ca-certificates'],
    ['--etccertsdir', 'etc/ssl/certs'],
    ['--hooksdir', 'etc/ca-certificates/update.d'],
  ].flatMap(([option, path]) => [option!, join(root, path!)])
}

/** The store of this machine, or of the Debian system whose files lie below `root`. */
export function systemStore(givenRoot = '/'): TrustStore {
  // The system's programs change their working directory.
  const root = resolve(givenRoot)
  if (root === '/' && process.platform === 'darwin') return macStore()
  if (root === '/' && process.platform === 'win32') return windowsStore()
  const kind = root === '/' ? fileStores.find(({ directory }) => existsSync(directory)) : debian
  return kind === undefined ? unknownStore() : fileStore(kind, root)
}

function fileStore(kind: FileStore, root: string): TrustStore {
  const file = join(root, kind.directory, kind.fileName)
  const found = findProgram(kind.program)
  const program = found ?? kind.program
  const bundles = kind.bundles.map(path => join(root, path))
  const bundle = bundles.find(path => existsSync(path))
  // Who may put files there (the group staff, on some systems) may not write the bundle yet.
  const update = (command: Command) => asOwnerOf(bundle ?? bundles[0]!, command)
  return {
    name: root === '/' ? kind.label : `${kind.label} below ${root}`,
    problem: found === undefined ? `${kind.program} is missing; install ca-certificates` : undefined,
    held: async () => readIfThere(file),
    async installing(certificate) {
      const [held] = readIfThere(file)
      if (held !== undefined && isSameCertificate(held, certificate.pem)) return []
      return [
        asOwnerOf(file, ['install', '-D', '-m', '644', certificate.file, file]),
        update(kind.updating(program, root)),
      ]
    },
    async removing() {
      if (!existsSync(file)) return []
      return [asOwnerOf(file, ['rm', file]), update(kind.updatingAfterRemoval(program, root))]
    },
    async refusal(port, host) {
      if (bundle === undefined) return `there is no bundle of certificates at ${bundles[0]}`
      return refusalByNode([readFileSync(bundle, 'utf8')], port, host)
    },
  }
}

function readIfThere(file: string): string[] {
  return existsSync(file) ? [readFileSync(file, 'utf8')] : []
}

function macStore(): TrustStore {
  const keychain = join(homedir(), 'Library', 'Keychains', 'login.keychain-db')
  return listedStore({
    name: `system (login keychain; ${untested})`,
    put: file => ['security', 'add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', '-k', keychain, file],
    take: sha1 => ['security', 'delete-certificate', '-t', '-Z', sha1, keychain],
  })
}

function windowsStore(): TrustStore {
  return listedStore({
    name: `system (the user's root certificates; ${untested})`,
    put: file => ['certutil.exe', '-user', '-addstore', 'Root', file],
    take: sha1 => ['certutil.exe', '-user', '-delstore', 'Root', sha1],
  })
}

interface ListedStore {
  readonly name: string
  readonly put: (file: string) => Command
  readonly take: (sha1: string) => Command
}

/** A store that Node can list. */
function listedStore({ name, put, take }: ListedStore): TrustStore {
  const held = () =>
    getCACertificates('system').filter(pem => new X509Certificate(pem).subject.includes(storedName))
  const takeAll = (kept: string | undefined) =>
    held()
      .filter(pem => kept === undefined || !isSameCertificate(pem, kept))
      .map(pem => take(createHash('sha1').update(new X509Certificate(pem).raw).digest('hex').toUpperCase()))
  return {
    name,
    problem: undefined,
    held: async () => held(),
    async installing(certificate) {
      const isThere = held().some(pem => isSameCertificate(pem, certificate.pem))
      const others = takeAll(certificate.pem)
      return isThere ? others : [...others, put(certificate.file)]
    },
    removing: async () => takeAll(undefined),
    refusal: (port, host) => refusalByNode(getCACertificates('system'), port, host),
  }
}

function unknownStore(): TrustStore {
  const problem = 'how this system keeps its certificates is not known here; its documentation tells'
  return {
    name: 'system',
    problem,
    held: async () => [],
    installing: async () => [],
    removing: async () => [],
    refusal: async () => problem,
  }
}
