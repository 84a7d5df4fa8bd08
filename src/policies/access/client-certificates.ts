// Hot path: answer and admit run for every request of a host that asks clients for certificates.
// Client certificates (mutual TLS). They guard whole hosts: the handshake asks for them by server name, and each request is
// held against what its Host asks for, so that no other name and no old connection leads around them.

import { createHash, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { ClientCertificate } from '../../http/tls-facts.ts'
import { definePolicy, type JoinedSettings } from '../define-policy.ts'
import { type ObjectName, parseObjectName, type References } from '../references.ts'
import type { Answer, RequestFacts } from '../request-facts.ts'
import { booleanSetting, integerSetting, nginxSetting, quote } from '../setting-types.ts'
import { shownText } from '../shown-value.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'

/** Who signs client certificates; plain data. */
export interface ClientTrust {
  /** Equal for the same authorities and revocations. */
  readonly key: string
  readonly caPem: string
  readonly crlPem: string | undefined
}

/** What a host asks of its clients. */
export type ClientVerification = 'on' | 'off' | 'optional' | 'optional_no_ca'

/** What is in force of it on a host. */
export interface ClientCertificateSettings {
  readonly secret: ObjectName | undefined
  readonly verify: ClientVerification
  readonly depth: number
  readonly errorPage: string | undefined
  readonly passCertificate: boolean
  /** Regex for the CN attribute. */
  readonly commonName: string | undefined
  /** What the Secret holds; why nobody can be let in; `undefined` where clients are not asked. */
  readonly trust?: ClientTrust | { readonly problem: string }
}

const closesHost = 'every request of its hosts gets 403'

/** ingress-nginx's `auth-tls-*`. */
export const clientCertificates = definePolicy('clientCertificates', {
  doc: 'Asks clients for certificates. The oldest Ingress of a host that says so decides for the whole host; younger ones can ask for more on their own paths.',
  settings: {
    secret: nginxSetting<ObjectName | undefined>(
      'auth-tls-secret',
      'namespace/name',
      {
        default: undefined,
        doc: 'Secret whose `ca.crt` signs the certificates of clients, with revocations in `ca.crl` if it has that. While it is missing or broken, the host answers 403. A request whose connection was made for another server name gets 421.',
        differs:
          'Requests over plain HTTP that are not redirected are refused as those without a certificate, where ingress-nginx lets them through. The name of the Secret may stand alone.',
        consequence: closesHost,
      },
      text => {
        const name = parseObjectName(text)
        return name === undefined
          ? { problem: `${quote(text)} is not a name like "namespace/secret"` }
          : { value: name }
      },
    ),
    verify: nginxSetting<ClientVerification>(
      'auth-tls-verify-client',
      'on, off, optional or optional_no_ca',
      {
        default: 'on',
        choices: ['on', 'off', 'optional', 'optional_no_ca'],
        doc: '`on`: no certificate, or one that is not trusted, gets 400. `optional`: only one that is not trusted. `optional_no_ca`: only one that is expired or broken, whoever signed it. `off`: clients are not asked.',
        consequence: 'a certificate is required',
      },
      text =>
        text === 'on' || text === 'off' || text === 'optional' || text === 'optional_no_ca'
          ? { value: text }
          : { problem: `${quote(text)} is none of "on", "off", "optional", "optional_no_ca"` },
    ),
    depth: integerSetting('auth-tls-verify-depth', {
      default: 1,
      min: 0,
      max: 100,
      doc: 'How many authorities may stand between a certificate and the trusted root; more get 400.',
    }),
    errorPage: nginxSetting<string | undefined>(
      'auth-tls-error-page',
      'URL',
      {
        default: undefined,
        doc: 'Where clients without a good certificate are sent with 302, instead of the 400.',
        differs: 'Named locations (`@name`) and variables are refused; then the answer is the 400.',
        consequence: 'the answer stays 400',
      },
      text =>
        /^(?:https?:\/)?\/[A-Za-z0-9\-._~/:?#@!&'()*+,;=%[\]]*$/.test(text)
          ? { value: text }
          : { problem: `${quote(text)} is no URL without variables` },
    ),
    passCertificate: booleanSetting('auth-tls-pass-certificate-to-upstream', {
      default: false,
      doc: 'Sends the certificate to the backend in `ssl-client-cert`, as URL-encoded PEM. What was found out about it is always in `ssl-client-verify`, `ssl-client-subject-dn` and `ssl-client-issuer-dn`.',
    }),
    commonName: nginxSetting<string | undefined>(
      'auth-tls-match-cn',
      'CN=regex',
      {
        default: undefined,
        doc: 'The common name (CN) of a trusted certificate has to match this regex, else 403; also when there is no certificate.',
        differs:
          'The regex has to match the whole common name, where ingress-nginx looks for it anywhere in the subject: `CN=foo` does not let `CN=foo.example.com` in. A linear-time engine: no look-around, no backreferences.',
        consequence: closesHost,
      },
      text => {
        if (!text.startsWith('CN=')) return { problem: `${quote(text)} does not begin with "CN="` }
        const compiled = compileCommonName(text.slice(3))
        return 'problem' in compiled ? compiled : { value: text.slice(3) }
      },
    ),
  },
  hostWide: true,
  check(settings, written, report) {
    const hasNoSecret = settings.secret === undefined
    if (written.has('secret') && hasNoSecret) return closed(settings, 'auth-tls-secret can not be read')
    if (written.has('commonName')) {
      if (settings.commonName === undefined) return closed(settings, 'auth-tls-match-cn can not be read')
      if (hasNoSecret) {
        report('commonName', `needs auth-tls-secret beside it; ${closesHost}`)
        return closed(settings, 'auth-tls-match-cn stands without auth-tls-secret')
      }
    }
    for (const name of written.keys())
      if (hasNoSecret) report(name, 'needs auth-tls-secret beside it and has no effect without')
    return settings
  },
  resolve(settings: ClientCertificateSettings, references, report): ClientCertificateSettings {
    const { secret } = settings
    if (secret === undefined || settings.trust !== undefined) return settings
    const trust = readTrust(secret, references)
    if ('problem' in trust) {
      report('secret', `${trust.problem}; ${closesHost}`)
      return closed(settings, `auth-tls-secret ${trust.problem}`)
    }
    return { ...settings, trust }
  },
  joinHost,
  isActive: (settings: ClientCertificateSettings) => settings.trust !== undefined,
  inWords: ({ secret, verify }) => `asks clients for certificates of Secret ${shownText(secret)} (${verify})`,
  answersWhenDenied: true,
  answer(settings: ClientCertificateSettings, request) {
    const trust = settings.trust!
    if ('problem' in trust) return refuse(403, 'The client certificates of this host can not be checked')
    // Over plain HTTP redirects come first; whoever is not sent to HTTPS is asked again in `admit`.
    return request.tls === undefined ? undefined : decide(settings, trust, request)
  },
  admit(settings: ClientCertificateSettings, request) {
    const trust = settings.trust!
    return request.tls === undefined && !('problem' in trust) ? decide(settings, trust, request) : undefined
  },
  requestFields(settings: ClientCertificateSettings, request, edit) {
    const certificate = request.tls?.certificate
    edit.set('ssl-client-verify', verdictFor(certificate))
    edit.set('ssl-client-subject-dn', certificate?.subject)
    edit.set('ssl-client-issuer-dn', certificate?.issuer)
    const pem = settings.passCertificate ? certificate?.pem : undefined
    edit.set('ssl-client-cert', pem === undefined ? undefined : encodeURIComponent(pem))
  },
})

/** The trust by which handshakes for a host verify; `undefined` where they ask for nothing. */
export function askedTrust(settings: ClientCertificateSettings): ClientTrust | undefined {
  const { trust, verify } = settings
  return trust === undefined || 'problem' in trust || verify === 'off' ? undefined : trust
}

/** Why nobody's certificate can be checked, so that every request gets 403; `undefined` where they can be, or need not be. */
export function uncheckable({ trust }: ClientCertificateSettings): string | undefined {
  return trust !== undefined && 'problem' in trust ? trust.problem : undefined
}

/** From what lets everybody in to what lets only the known in. */
const strictness: readonly ClientVerification[] = ['off', 'optional_no_ca', 'optional', 'on']

/** A handshake asks by one list of authorities. An Ingress that trusts others is closed rather than guarded by strangers. */
function joinHost(
  decided: ClientCertificateSettings,
  own: ClientCertificateSettings,
): JoinedSettings<ClientCertificateSettings> {
  if (decided.trust === undefined || own.trust === undefined || 'problem' in own.trust)
    return { settings: own, finding: undefined }
  if ('problem' in decided.trust || decided.trust.key !== own.trust.key) {
    const problem = 'another Ingress of the host trusts other authorities'
    return { settings: closed(own, problem), finding: 'requests for its paths get 403' }
  }
  const commonName = own.commonName ?? decided.commonName
  const isStricter = strictness.indexOf(own.verify) >= strictness.indexOf(decided.verify)
  if (isStricter) return { settings: { ...own, commonName }, finding: undefined }
  return { settings: { ...decided, commonName }, finding: `clients are verified as with "${decided.verify}"` }
}

function closed<S extends ClientCertificateSettings>(settings: S, problem: string): S {
  return { ...settings, trust: { problem } }
}

function decide(
  settings: ClientCertificateSettings,
  trust: ClientTrust,
  request: RequestFacts,
): Answer | undefined {
  const { tls } = request
  if (settings.verify !== 'off') {
    // The handshake asked on behalf of another host, or of this one before its authorities were changed.
    if (tls !== undefined && tls.clientTrust !== trust.key)
      return refuse(421, 'This connection was made for another host; open a new one')
    const refusal = refusalOf(settings, tls?.certificate)
    if (refusal !== undefined)
      return settings.errorPage === undefined ? refusal : redirectTo(settings.errorPage)
  }
  return settings.commonName === undefined || hasCommonName(settings, settings.commonName, tls?.certificate)
    ? undefined
    : refuse(403, "The client certificate's common name is not allowed here")
}

/** Problems that `optional_no_ca` passes over: who signed it is not known (nginx). With the words of OpenSSL. */
const problemsOfIssuer: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'],
  ['CERT_UNTRUSTED', 'certificate not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
])

function refusalOf(
  { verify, depth }: ClientCertificateSettings,
  certificate: ClientCertificate | undefined,
): Answer | undefined {
  if (certificate === undefined)
    return verify === 'on' ? refuse(400, 'No required SSL certificate was sent') : undefined
  const { problem, intermediates } = certificate
  const isPassedOver = problem !== undefined && verify === 'optional_no_ca' && problemsOfIssuer.has(problem)
  const isBad = problem === undefined ? intermediates > depth : !isPassedOver
  return isBad ? refuse(400, 'The SSL certificate error') : undefined
}

/** Of several common names each has to match: none of them may smuggle another in. */
function hasCommonName(
  settings: ClientCertificateSettings,
  pattern: string,
  certificate: ClientCertificate | undefined,
): boolean {
  if (certificate === undefined || certificate.problem !== undefined || certificate.commonNames.length === 0)
    return false
  let regex = compiledPatterns.get(settings)
  if (regex === undefined) {
    const compiled = compileCommonName(pattern)
    // It was compiled when it was read.
    if ('problem' in compiled) return false
    regex = compiled.regex
    compiledPatterns.set(settings, regex)
  }
  return certificate.commonNames.every(name => regex.test(name))
}

/** Settings are plain data, so the compiled pattern lies beside them. */
const compiledPatterns = new WeakMap<ClientCertificateSettings, LinearRegex>()

function compileCommonName(pattern: string) {
  // Compiled alone first, so that no parenthesis of the pattern can close the group that anchors it.
  const alone = compileLinearRegex(pattern, { ignoreCase: false })
  return 'problem' in alone
    ? { problem: `${quote(pattern)} ${alone.problem}` }
    : compileLinearRegex(`^(?:${pattern})$`, { ignoreCase: false })
}

function verdictFor(certificate: ClientCertificate | undefined): string {
  if (certificate === undefined) return 'NONE'
  const { problem } = certificate
  return problem === undefined ? 'SUCCESS' : `FAILED:${problemsOfIssuer.get(problem) ?? problem}`
}

function refuse(status: number, reason: string): Answer {
  return { status, fields: [], reason, cause: 'client-certificate' }
}

function redirectTo(url: string): Answer {
  const reason = 'A client certificate is needed; there is a page about it'
  return { status: 302, fields: [['Location', url]], reason, cause: 'client-certificate' }
}

function readTrust(name: ObjectName, references: References): ClientTrust | { readonly problem: string } {
  const found = references.secret(name)
  if ('problem' in found) return found
  const caPem = found.data.get('ca.crt')?.toString('latin1')
  const crlPem = found.data.get('ca.crl')?.toString('latin1')
  if (caPem === undefined) return { problem: 'names a Secret without ca.crt' }
  const certificates = caPem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  try {
    if (certificates.length === 0) throw new Error()
    // OpenSSL skips what it can not read in a bundle.
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch {
    return { problem: 'names a Secret whose ca.crt is no list of certificates' }
  }
  try {
    if (crlPem !== undefined) createSecureContext({ ca: caPem, crl: crlPem })
  } catch {
    return { problem: 'names a Secret whose ca.crl is no list of revoked certificates' }
  }
  const key = createHash('sha256')
    .update(caPem)
    .update('\0')
    .update(crlPem ?? '')
    .digest('base64')
  return { key, caPem, crlPem }
}
