// The certificate that all contenders show: ECDSA on P-256, self-signed, made once per run.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Workspace } from './workspace.ts'

/** Certificate and key in PEM; `bundle` holds both, as HAProxy reads them. */
export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
  readonly bundle: string
}

/** Makes a certificate for `host` with the `openssl` program. */
export function createCertificate(workspace: Workspace, host: string): CertificateFiles {
  const directory = workspace.directory('certificate')
  const certificate = join(directory, 'tls.crt')
  const key = join(directory, 'tls.key')
  const bundle = join(directory, 'tls.pem')
  const request = ['req', '-x509', '-nodes', '-days', '365', '-subj', `/CN=${host}`]
  const names = ['-addext', `subjectAltName=DNS:${host}`]
  const keyKind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', [...request, ...names, ...keyKind, '-keyout', key, '-out', certificate], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  execFileSync('sh', ['-c', 'cat "$1" "$2" > "$3"', 'sh', certificate, key, bundle])
  return { certificate, key, bundle }
}
