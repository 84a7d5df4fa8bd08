// Finds the certificate in a Secret that a `tls` section or a flag names, and reports what is wrong with it. Parsing is
// remembered by Secret object.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Secret } from '../resources/secret.ts'
import { type Say, sayAbout } from './findings.ts'
import { readCertificate, type SecretCertificate } from './read-certificate.ts'

/** What reading each Secret gave, for as long as the Secret object lives. */
export type CertificateCache = WeakMap<Secret, ReturnType<typeof readCertificate>>

const dayMs = 86_400_000
/** A certificate that ends sooner than this is warned of: two weeks. Whoever renews them by machine has done so by then. */
const soonMs = 14 * dayMs

/** The certificates of one snapshot's Secrets. */
export class SecretCertificates {
  readonly #resources: ResourceSet
  readonly #cache: CertificateCache
  readonly #nowMs: number
  readonly #diagnostics: Diagnostic[]
  readonly #reported = new Set<Secret>()
  /** When something else is to be said of a date, in milliseconds since the epoch; `Infinity` for never. */
  changesAtMs = Number.POSITIVE_INFINITY

  constructor(resources: ResourceSet, cache: CertificateCache, nowMs: number, diagnostics: Diagnostic[]) {
    this.#resources = resources
    this.#cache = cache
    this.#nowMs = nowMs
    this.#diagnostics = diagnostics
  }

  /**
   * The pair in a Secret, or `undefined` with a report that begins with `what`. `isToCome`: somebody in the cluster makes the
   * Secret, so that manifests never hold it.
   */
  find(
    namespace: string,
    name: string,
    place: Place | undefined,
    what: string,
    say: Say,
    isToCome = false,
  ): SecretCertificate | undefined {
    const secret = this.#resources.secrets.get(objectKey(namespace, name))
    if (secret === undefined) {
      const hint = isToCome
        ? ' (cert-manager makes it in a cluster)'
        : this.#otherNamespaceHint(namespace, name)
      say(
        isToCome ? 'note' : 'error',
        'tls-secret-missing',
        place,
        `${what} Secret "${name}" does not exist${hint}; the local CA signs a certificate`,
      )
      return undefined
    }
    const certificate = this.#read(secret)
    if ('problem' in certificate) {
      say(
        'error',
        'tls-secret-invalid',
        place,
        `${what} Secret "${name}" ${certificate.problem}; the local CA signs a certificate`,
      )
      return undefined
    }
    this.#report(secret, certificate)
    return certificate
  }

  #read(secret: Secret): ReturnType<typeof readCertificate> {
    const before = this.#cache.get(secret)
    if (before !== undefined) return before
    const certificate = readCertificate(secret)
    this.#cache.set(secret, certificate)
    return certificate
  }

  /** Once per Secret and snapshot, however many sections name it. */
  #report(secret: Secret, certificate: SecretCertificate): void {
    if (this.#reported.has(secret)) return
    this.#reported.add(secret)
    const { namespace, name, place } = secret.meta
    const say = sayAbout(`Secret ${namespace}/${name}`, this.#diagnostics)
    for (const { severity, code, text } of certificate.flaws) say(severity, code, place, text)
    this.#checkDates(certificate, place, say)
  }

  #checkDates({ notBeforeMs, notAfterMs, staple }: SecretCertificate, place: Place, say: Say): void {
    if (this.#isPast(notAfterMs)) {
      const end = `the certificate ended on ${iso(notAfterMs)}`
      say('warning', 'tls-certificate-expired', place, `${end}; it is served, clients refuse it`)
    } else if (!this.#isPast(notBeforeMs)) {
      const start = `the certificate begins on ${iso(notBeforeMs)}`
      say('warning', 'tls-certificate-expired', place, `${start}; it is served, clients refuse it`)
    } else if (this.#isPast(notAfterMs - soonMs)) {
      const end = `the certificate ends on ${iso(notAfterMs)}, within two weeks`
      say('warning', 'tls-certificate-expires', place, `${end}; renew it`)
    }
    if (staple !== undefined && this.#isPast(staple.notAfterMs)) {
      const end = `the OCSP response in tls.ocsp was good until ${iso(staple.notAfterMs)}`
      say('warning', 'tls-staple-expired', place, `${end}; it is not stapled`)
    } else if (staple !== undefined && !this.#isPast(staple.notBeforeMs)) {
      const start = `the OCSP response in tls.ocsp is good from ${iso(staple.notBeforeMs)} on`
      say('warning', 'tls-staple-expired', place, `${start}; it is not stapled before`)
    }
  }

  /** Remembers the nearest moment at which an answer of it changes. */
  #isPast(ms: number): boolean {
    if (ms <= this.#nowMs) return true
    this.changesAtMs = Math.min(this.changesAtMs, ms)
    return false
  }

  #otherNamespaceHint(namespace: string, name: string): string {
    for (const { meta } of this.#resources.secrets.values()) {
      if (meta.name !== name) continue
      return ` in namespace ${namespace} (one of that name exists in namespace ${meta.namespace}; an Ingress can only use Secrets of its own)`
    }
    return ''
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
