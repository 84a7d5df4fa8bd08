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

/** A certificate that ends sooner than this is noted: three weeks. */
const soonMs = 21 * 24 * 60 * 60 * 1000

/** The certificates of one snapshot's Secrets. */
export class SecretCertificates {
  readonly #resources: ResourceSet
  readonly #cache: CertificateCache
  readonly #nowMs: number
  readonly #diagnostics: Diagnostic[]
  readonly #datesChecked = new Set<Secret>()

  constructor(resources: ResourceSet, cache: CertificateCache, nowMs: number, diagnostics: Diagnostic[]) {
    this.#resources = resources
    this.#cache = cache
    this.#nowMs = nowMs
    this.#diagnostics = diagnostics
  }

  /** The pair in a Secret, or `undefined` with a report that begins with `what`. */
  find(
    namespace: string,
    name: string,
    place: Place | undefined,
    what: string,
    say: Say,
  ): SecretCertificate | undefined {
    const secret = this.#resources.secrets.get(objectKey(namespace, name))
    if (secret === undefined) {
      const hint = this.#otherNamespaceHint(namespace, name)
      say(
        'error',
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
    this.#checkDates(secret, certificate)
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
  #checkDates(secret: Secret, { notBeforeMs, notAfterMs }: SecretCertificate): void {
    if (this.#datesChecked.has(secret)) return
    this.#datesChecked.add(secret)
    const { namespace, name, place } = secret.meta
    const say = sayAbout(`Secret ${namespace}/${name}`, this.#diagnostics)
    const [start, end] = [new Date(notBeforeMs).toISOString(), new Date(notAfterMs).toISOString()]
    if (notAfterMs < this.#nowMs) {
      say(
        'warning',
        'tls-certificate-expired',
        place,
        `the certificate ended on ${end}; it is served, clients refuse it`,
      )
    } else if (notBeforeMs > this.#nowMs) {
      say(
        'warning',
        'tls-certificate-expired',
        place,
        `the certificate begins on ${start}; it is served, clients refuse it`,
      )
    } else if (notAfterMs - this.#nowMs < soonMs) {
      say('note', 'tls-certificate-expires', place, `the certificate ends on ${end}`)
    }
  }

  #otherNamespaceHint(namespace: string, name: string): string {
    for (const { meta } of this.#resources.secrets.values()) {
      if (meta.name !== name) continue
      return ` in namespace ${namespace} (one of that name exists in namespace ${meta.namespace}; an Ingress can only use Secrets of its own)`
    }
    return ''
  }
}
