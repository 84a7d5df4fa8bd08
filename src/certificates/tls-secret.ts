// A TLS Secret as text. Only renders: reading Secrets is the business of `resources`.
import type { CertifiedKey } from './sign.ts'

/**
 * The manifest that `kubectl create secret tls NAME --cert … --key … --dry-run=client -o yaml` prints.
 * `namespace` is left out when `undefined`, as kubectl does without `--namespace`.
 */
export function renderTlsSecret(pair: CertifiedKey, name: string, namespace: string | undefined): string {
  const lines = [
    'apiVersion: v1',
    'data:',
    `  tls.crt: ${Buffer.from(pair.certPem).toString('base64')}`,
    `  tls.key: ${Buffer.from(pair.keyPem).toString('base64')}`,
    'kind: Secret',
    'metadata:',
    '  creationTimestamp: null',
    `  name: ${name}`,
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    'type: kubernetes.io/tls',
  ]
  return `${lines.join('\n')}\n`
}
