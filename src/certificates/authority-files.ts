// The local authority on disk: made once, then read. Several processes may start at the same moment; all of them end up
// with the same key and certificate, because one file holds both and appears as a whole.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from './make-directory.ts'
import { putFile } from './put-file.ts'
import { type CertifiedKey, makeAuthority } from './sign.ts'

/** The directory can not be written, or holds something that is no authority. The message says what to do. */
export class LocalCaError extends Error {}

const renewBeforeMs = 30 * 86_400_000

/** Private key and certificate of the authority in `directory`, made if there is none or it is about to expire. */
export async function readOrMakeAuthority(directory: string): Promise<CertifiedKey> {
  try {
    return await readOrMake(directory)
  } catch (error) {
    if (error instanceof LocalCaError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new LocalCaError(
      `the local certificate authority needs the directory ${directory}: ${reason}; --cert-dir names another one`,
    )
  }
}

/** The file with the authority's certificate alone, for `--cacert`. */
export function authorityCertificateFile(directory: string): string {
  return join(directory, 'portico-ca.crt')
}

async function readOrMake(directory: string): Promise<CertifiedKey> {
  const file = join(directory, 'portico-ca.pem')
  let authority = await readAuthority(file)
  if (authority === undefined || isEnding(authority)) {
    const made = await makeAuthority()
    await makeDirectory(directory)
    await putFile(file, made.keyPem + made.certPem, { mode: 0o600, onlyIfNew: authority === undefined })
    // Another process may have been first: what lies there now is what counts.
    authority = (await readAuthority(file)) ?? made
  }
  await writeCertificate(authorityCertificateFile(directory), authority.certPem)
  return authority
}

async function readAuthority(file: string): Promise<CertifiedKey | undefined> {
  const text = await readText(file)
  if (text === undefined) return undefined
  const keyPem = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(text)?.[0]
  const certPem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(text)?.[0]
  if (keyPem === undefined || certPem === undefined || !isUsable({ keyPem, certPem })) {
    throw new LocalCaError(`${file} holds no usable certificate authority; delete it to have a new one made`)
  }
  await keepPrivate(file)
  return { keyPem, certPem }
}

/** An authority whose key is its certificate's, and of the one kind that `sign.ts` signs with. */
function isUsable({ keyPem, certPem }: CertifiedKey): boolean {
  try {
    const certificate = new X509Certificate(certPem)
    const key = createPrivateKey(keyPem)
    return (
      certificate.ca &&
      key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
      certificate.checkPrivateKey(key)
    )
  } catch {
    return false
  }
}

/** A file that was copied or restored may have become readable by others. Where the mode can not be changed it stays. */
async function keepPrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) await chmod(file, 0o600).catch(() => {})
}

function isEnding(authority: CertifiedKey): boolean {
  return new X509Certificate(authority.certPem).validToDate.getTime() - Date.now() < renewBeforeMs
}

async function writeCertificate(file: string, certPem: string): Promise<void> {
  if ((await readText(file)) !== certPem) await putFile(file, certPem, { mode: 0o644 })
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
