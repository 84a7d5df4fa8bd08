// How connections to a backend are made: plain or over TLS, with which certificates, and what is asked of the backend's.
// Secrets become PEM texts when the manifests are compiled; the connections are made elsewhere.
import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { definePolicy } from '../define-policy.ts'
import { type ObjectName, parseObjectName, type References } from '../references.ts'
import { anyCase, integerSetting, nginxSetting, onOrOff, quote } from '../setting-types.ts'
import { parseCiphers, parseVersions, type TlsVersionRange } from '../values/tls-values.ts'

/** `auto`: as the client came, plain or over TLS. `grpc` and `grpcs` are HTTP/2, plain and over TLS, whatever goes over it. */
export type BackendProtocol = 'http' | 'https' | 'auto' | 'grpc' | 'grpcs'

/** What a Secret holds for connections to a backend, as PEM. */
export interface BackendSecret extends ObjectName {
  /** The certificate that Portico shows, and its key; `undefined` when the Secret has none. */
  readonly pair: { readonly certPem: string; readonly keyPem: string } | undefined
  /** Who may have signed the backend's certificate; `undefined` when the Secret does not say. */
  readonly caPem: string | undefined
}

/** The protocol to backends, and TLS to them (ingress-nginx: `backend-protocol`, `proxy-ssl-*`). */
export const backendTls = definePolicy('backendTls', {
  appliesTo: 'upstream',
  doc: 'The protocol to the backend, and the certificates of TLS to it.',
  settings: {
    protocol: nginxSetting<BackendProtocol | undefined>(
      'backend-protocol',
      'protocol',
      {
        default: undefined,
        choices: ['HTTP', 'HTTPS', 'AUTO_HTTP', 'GRPC', 'GRPCS'],
        pattern: anyCase('http', 'https', 'auto_http', 'grpc', 'grpcs'),
        doc:
          'HTTP or HTTPS: HTTP/1.1, without and with TLS. GRPC or GRPCS: HTTP/2, without TLS (prior knowledge) and with it, for gRPC and ' +
          'whatever else comes. AUTO_HTTP: HTTP/1.1 as the client came. In any letter case.',
        consequence: 'the backend is spoken to in HTTP/1.1 without TLS',
        differs:
          "Without it the Service port's appProtocol counts, which ingress-nginx ignores: kubernetes.io/h2c and grpc are GRPC here, https and " +
          'kubernetes.io/wss are HTTPS, anything else is HTTP. Clients may come in HTTP/1.1 to GRPC and GRPCS, too. FCGI is not spoken, and reported.',
      },
      parseProtocol,
    ),
    secret: nginxSetting<BackendSecret | undefined>(
      'proxy-ssl-secret',
      'namespace/name',
      {
        default: undefined,
        onProblem: 'deny',
        doc:
          'Secret for TLS to the backend: tls.crt and tls.key are shown to a backend that asks for a client certificate, ca.crt is what ' +
          "proxy-ssl-verify trusts. Of the Ingress's own namespace. Requests get 503 while it is missing or broken.",
        differs: 'A name without a namespace is looked for beside the Ingress.',
      },
      parseSecretName,
    ),
    verifies: onOffSetting('proxy-ssl-verify', 'deny', {
      doc:
        "Verifies the backend's certificate: signed by ca.crt of proxy-ssl-secret, valid now, and made out to proxy-ssl-name. A certificate " +
        'that fails is 502 after all endpoints were tried.',
      differs:
        'Without ca.crt the authorities that Node trusts count, where ingress-nginx would not verify at all. Without proxy-ssl-name the ' +
        "certificate has to name the Service (service.namespace.svc) or the endpoint's own host name, where ingress-nginx compares a name of its own.",
    }),
    verifyDepth: integerSetting('proxy-ssl-verify-depth', {
      default: 1,
      min: 0,
      max: 100,
      doc: "How many certificates may stand between the backend's own and the authority that proxy-ssl-verify trusts; 0 counts as 1.",
    }),
    name: nginxSetting<string | undefined>(
      'proxy-ssl-name',
      'host name',
      {
        default: undefined,
        doc: "The name that the backend's certificate is verified against and that proxy-ssl-server-name sends.",
        differs: 'Works without proxy-ssl-secret too.',
      },
      text =>
        /^[A-Za-z0-9_]([A-Za-z0-9_.:-]*[A-Za-z0-9_])?$/.test(text)
          ? { value: text.toLowerCase() }
          : { problem: `${quote(text)} is not a host name` },
    ),
    sendsServerName: onOffSetting('proxy-ssl-server-name', 'default', {
      doc: 'Sends the name of proxy-ssl-name to the backend when TLS begins (SNI), for backends with several certificates.',
      differs:
        "Works without proxy-ssl-secret too. Without proxy-ssl-name the endpoint's own host name is sent or, where it has none, " +
        'service.namespace.svc; ingress-nginx sends a name of its own.',
    }),
    versions: nginxSetting<TlsVersionRange | undefined>(
      'proxy-ssl-protocols',
      'list',
      {
        default: undefined,
        doc:
          'Versions of TLS to speak to the backend: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3, separated by blanks; all from the lowest to the highest ' +
          'of them. Without it TLSv1.2, or also TLSv1.3 where proxy-ssl-secret has no ca.crt.',
        differs: 'SSLv2 and SSLv3 are refused. Works without proxy-ssl-secret too.',
      },
      parseVersions,
    ),
    ciphers: nginxSetting<string | undefined>(
      'proxy-ssl-ciphers',
      'OpenSSL cipher list',
      {
        default: undefined,
        doc: 'Ciphers to offer to the backend, as OpenSSL writes them. Ciphers of TLSv1.3 are always offered.',
        differs: 'Works without proxy-ssl-secret too.',
      },
      parseCiphers,
    ),
  },
  check(settings, written, report) {
    const { protocol } = settings
    if (protocol !== undefined && protocol !== 'http' && protocol !== 'grpc') return settings
    const asWritten = protocol === undefined ? 'HTTP' : protocol.toUpperCase()
    for (const name of written.keys()) {
      if (name !== 'protocol')
        report(
          name,
          `has no effect while backend-protocol is ${asWritten}: there is no TLS to the backend`,
          'warning',
        )
    }
    return settings
  },
  resolve(settings, references, report) {
    const { secret } = settings
    if (secret === undefined) return settings
    const read = readSecret(secret, references)
    if (typeof read !== 'string') return { ...settings, secret: read }
    report('secret', read)
    return settings
  },
})

/** What is in force for an upstream. */
export type BackendTlsSettings = typeof backendTls.defaults

function parseProtocol(text: string): { readonly value: BackendProtocol } | { readonly problem: string } {
  switch (text.toUpperCase()) {
    case 'HTTP':
      return { value: 'http' }
    case 'HTTPS':
      return { value: 'https' }
    case 'AUTO_HTTP':
      return { value: 'auto' }
    case 'GRPC':
      return { value: 'grpc' }
    case 'GRPCS':
      return { value: 'grpcs' }
    case 'FCGI':
      return {
        problem:
          '"FCGI" is not spoken here; put an HTTP server, such as the one of your framework, in front of it',
      }
    default:
      return { problem: `${quote(text)} is none of HTTP, HTTPS, AUTO_HTTP, GRPC, GRPCS` }
  }
}

function parseSecretName(text: string): { readonly value: BackendSecret } | { readonly problem: string } {
  const name = parseObjectName(text)
  if (name === undefined) return { problem: `${quote(text)} is not a name like "namespace/secret"` }
  return { value: { ...name, pair: undefined, caPem: undefined } }
}

/** The Secret's content, or what is wrong with it. */
function readSecret(name: ObjectName, references: References): BackendSecret | string {
  const found = references.secret(name)
  if ('problem' in found) return found.problem
  const certPem = textOf(found.data.get('tls.crt'))
  const keyPem = textOf(found.data.get('tls.key'))
  const caPem = textOf(found.data.get('ca.crt'))
  if (certPem === undefined && keyPem === undefined && caPem === undefined)
    return 'names a Secret with neither tls.crt and tls.key nor ca.crt'
  if ((certPem === undefined) !== (keyPem === undefined))
    return 'names a Secret with only one of tls.crt and tls.key'
  const pair = certPem === undefined || keyPem === undefined ? undefined : { certPem, keyPem }
  const problem = problemOfPair(pair) ?? problemOfAuthorities(caPem)
  return problem ?? { ...name, pair, caPem }
}

function textOf(bytes: Buffer | undefined): string | undefined {
  return bytes === undefined || bytes.length === 0 ? undefined : bytes.toString('latin1')
}

function problemOfPair(pair: BackendSecret['pair']): string | undefined {
  if (pair === undefined) return undefined
  try {
    createSecureContext({ cert: pair.certPem, key: pair.keyPem })
    return undefined
  } catch {
    return 'names a Secret whose tls.crt and tls.key are no certificate and key that belong together'
  }
}

/** OpenSSL passes over what it can not read of a bundle; then nobody would be trusted, or the wrong ones. */
function problemOfAuthorities(caPem: string | undefined): string | undefined {
  if (caPem === undefined) return undefined
  const certificates = caPem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  try {
    for (const certificate of certificates) new X509Certificate(certificate)
    if (certificates.length > 0) return undefined
  } catch {}
  return 'names a Secret whose ca.crt is no list of certificates'
}

function onOffSetting(
  name: string,
  onProblem: 'default' | 'deny',
  text: { readonly doc: string; readonly differs: string },
) {
  return nginxSetting<boolean>(
    name,
    'on or off',
    { default: false, onProblem, choices: onOrOff, ...text },
    written =>
      written === 'on' || written === 'off'
        ? { value: written === 'on' }
        : { problem: `${quote(written)} is neither "on" nor "off"` },
  )
}
