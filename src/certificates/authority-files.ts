// The local authority on disk: made once, then read. Several processes may start at the same moment; all of them end up
// with the same key and certificate, because one file holds both and appears as a whole.
import { randomUUID, X509Certificate } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from './make-directory.ts'
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
    await putInPlace(file, made.keyPem + made.certPem, authority === undefined)
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
  if (keyPem === undefined || certPem === undefined || !isCertificate(certPem)) {
    throw new LocalCaError(`${file} holds no usable certificate authority; delete it to have a new one made`)
  }
  return { keyPem, certPem }
}

function isCertificate(certPem: string): boolean {
  try {
    return new X509Certificate(certPem).ca
  } catch {
    return false
  }
}

function isEnding(authority: CertifiedKey): boolean {
  return new X509Certificate(authority.certPem).validToDate.getTime() - Date.now() < renewBeforeMs
}

/** Lets the file appear whole and readable by its owner alone; with `onlyIfNew` the first of several writers wins. */
async function putInPlace(file: string, text: string, onlyIfNew: boolean): Promise<void> {
  const temporary = `${file}.${randomUUID()}`
  await writeFile(temporary, text, { mode: 0o600, flag: 'wx' })
  try {
    if (onlyIfNew) await linkIfNew(temporary, file)
    else await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function linkIfNew(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return
    // Some file systems (FAT, some network mounts) know no hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    await rename(temporary, file)
  }
}

async function writeCertificate(file: string, certPem: string): Promise<void> {
  if ((await readText(file)) === certPem) return
  const temporary = `${file}.${randomUUID()}`
  await writeFile(temporary, certPem, { mode: 0o644, flag: 'wx' })
  await rename(temporary, file)
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
