// `portico cert`: a certificate for given hosts, signed by the local CA, as files and as a Secret manifest.
import { dirname, resolve } from 'node:path'
import { StartError } from '../../app/start-error.ts'
import { authorityCertificateFile, LocalCaError } from '../../certificates/authority-files.ts'
import { type CertificateName, readCertificateName } from '../../certificates/certificate-name.ts'
import { createLocalCa } from '../../certificates/local-ca.ts'
import { makeDirectory } from '../../certificates/make-directory.ts'
import { putFile } from '../../certificates/put-file.ts'
import { renderTlsSecret } from '../../certificates/tls-secret.ts'
import { trustedCertificateFile } from '../../certificates/trusted-certificate.ts'
import { displayPath } from '../display-path.ts'
import { UsageError } from '../usage-error.ts'
import { certDirectory } from './cert-directory.ts'

/** Values of the flags of `cert`. */
export interface CertFlags {
  /** Where the authority lives; its usual place when absent. */
  readonly certDir: string | undefined
  /** Where the pair is written; the authority's directory when absent. */
  readonly out: string | undefined
  /** Name of the Secret; made from the first host when absent. */
  readonly name: string | undefined
  readonly namespace: string | undefined
  readonly output: 'yaml' | undefined
}

/** Writes the pair and says where on standard error; the manifest goes to standard output unless that is a terminal. */
export async function cert(hosts: readonly string[], flags: CertFlags): Promise<number> {
  const names = hosts.map(readName)
  const caDirectory = certDirectory(flags.certDir)
  const files = pairFiles(names[0]!, flags.out ?? caDirectory)
  if (
    [authorityCertificateFile, trustedCertificateFile].some(fileIn => fileIn(caDirectory) === files.certFile)
  )
    throw new UsageError(
      `${displayPath(files.certFile)} is the authority's own; name another host first, or a directory with --out`,
    )
  try {
    const ca = await createLocalCa(caDirectory)
    const pair = await ca.sign(names)
    await makeDirectory(dirname(files.keyFile))
    await putFile(files.keyFile, pair.keyPem, { mode: 0o600 })
    await putFile(files.certFile, pair.certPem, { mode: 0o644 })
    process.stderr.write(
      `certificate ${displayPath(files.certFile)}\nkey         ${displayPath(files.keyFile)}\n`,
    )
    process.stderr.write(`signed by   ${displayPath(ca.certificateFile)}\n`)
    if (flags.output === 'yaml' || !process.stdout.isTTY) {
      process.stdout.write(renderTlsSecret(pair, flags.name ?? secretName(names[0]!), flags.namespace))
    }
    return 0
  } catch (error) {
    if (error instanceof LocalCaError) throw new StartError(3, error.message)
    if (isSystemError(error)) throw new StartError(3, `the pair can not be written: ${error.message}`)
    throw error
  }
}

function readName(host: string): CertificateName {
  const name = readCertificateName(host)
  if (name === undefined)
    throw new UsageError(`"${host}" is no host name or IP address that a certificate can carry`)
  if (/^\*\.[^.]+$/.test(name.name))
    throw new UsageError(
      `"${host}" is of no use: clients take no wildcard for a whole top-level domain; name the hosts`,
    )
  return name
}

/** `shop.example.com.crt` and `.key`, absolute; the star of a wildcard becomes `_wildcard`. */
function pairFiles(first: CertificateName, directory: string): { certFile: string; keyFile: string } {
  const base = resolve(directory, first.name.replace('*', '_wildcard').replaceAll(':', '-'))
  return { certFile: `${base}.crt`, keyFile: `${base}.key` }
}

/** A name that the Kubernetes API takes, whatever the host holds: `_` and `:` are not allowed there. */
function secretName({ name }: CertificateName): string {
  const words = name.replace('*', 'wildcard').match(/[a-z0-9]+/g) ?? []
  return [...words, 'tls'].join('-')
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
