// Certificates by name from the `tls` sections. A host that was promised TLS always gets a certificate: its Secret's, or
// one that the local CA signs, with the reason reported.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'
import type { IngressTls } from '../resources/ingress.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Certificate, CertificateTable } from '../routing/table.ts'
import { type Say, sayAbout } from './findings.ts'
import type { CompileOptions } from './options.ts'
import { otherNamesOf } from './other-names.ts'
import type { IngressPlan } from './plan-ingress.ts'
import { coverage, type SecretCertificate } from './read-certificate.ts'
import { type CertificateCache, SecretCertificates } from './secret-certificates.ts'

/** The table, and the rule hosts that have a certificate entry: plain HTTP redirects there. */
export interface CompiledCertificates {
  readonly table: CertificateTable
  readonly tlsHosts: ReadonlySet<string>
  /** When something else is to be said although no manifest changes: a certificate ends. Milliseconds since the epoch. */
  readonly changesAtMs: number
}

/** Compiles the certificates of one snapshot after another. */
export type CompileCertificates = (
  plans: readonly IngressPlan[],
  resources: ResourceSet,
  diagnostics: Diagnostic[],
) => CompiledCertificates

/** Remembers parsed Secrets by identity. `now` gives milliseconds since the epoch, for expiry. */
export function createCertificateCompiler(options: CompileOptions, now: () => number): CompileCertificates {
  const cache: CertificateCache = new WeakMap()
  return (plans, resources, diagnostics) => {
    const secrets = new SecretCertificates(resources, cache, now(), diagnostics)
    const pass = new CertificatePass(secrets, diagnostics)
    pass.useDefault(options.defaultSslCertificate)
    for (const plan of plans) {
      if (plan.ingress.tls.length > 0 && !plan.annotations.canary.enabled) pass.addIngress(plan)
    }
    return pass.finish()
  }
}

/** Who a host's certificate comes from. */
interface Claim {
  readonly certificate: Certificate
  /** `namespace/name`; `undefined` when the section names no Secret. */
  readonly secret: string | undefined
  readonly object: string
}

class CertificatePass {
  readonly #secrets: SecretCertificates
  readonly #diagnostics: Diagnostic[]
  readonly #claims = new Map<string, Claim>()
  readonly #tlsHosts = new Set<string>()
  #default: Certificate | undefined

  constructor(secrets: SecretCertificates, diagnostics: Diagnostic[]) {
    this.#secrets = secrets
    this.#diagnostics = diagnostics
  }

  useDefault(name: CompileOptions['defaultSslCertificate']): void {
    if (name === undefined) return
    const say = sayAbout(`Secret ${name.namespace}/${name.name}`, this.#diagnostics)
    const found = this.#secrets.find(name.namespace, name.name, undefined, 'default certificate:', say)
    this.#default = found?.certificate
  }

  addIngress(plan: IngressPlan): void {
    const { tls, meta } = plan.ingress
    const say = sayAbout(plan.object, this.#diagnostics)
    const found = tls.map(entry =>
      entry.secretName === undefined
        ? undefined
        : this.#secrets.find(
            meta.namespace,
            entry.secretName.value,
            entry.secretName.place,
            `tls ${namesIn(entry)}:`,
            say,
            hasIssuer(plan),
          ),
    )
    for (const [index, entry] of tls.entries()) this.#claimListed(plan, entry, found[index], say)
    for (const { host } of plan.hosts) {
      if (host === '') continue
      if (tls.some(entry => lists(entry, host))) this.#tlsHosts.add(host)
      else this.#claimCovered(plan, host, found)
    }
    for (const name of otherNamesOf(plan)) {
      if (tls.some(entry => lists(entry, name))) this.#tlsHosts.add(name)
      else this.#claimCovered(plan, name, found)
    }
    reportUnused(plan, found, say)
  }

  finish(): CompiledCertificates {
    const exact = new Map<string, Certificate>()
    const wildcard = new Map<string, Certificate>()
    for (const [host, { certificate }] of this.#claims) {
      if (host.startsWith('*.')) wildcard.set(host.slice(1), certificate)
      else exact.set(host, certificate)
    }
    return {
      table: { exact, wildcard, default: this.#default },
      tlsHosts: this.#tlsHosts,
      changesAtMs: this.#secrets.changesAtMs,
    }
  }

  #claimListed(plan: IngressPlan, entry: IngressTls, found: SecretCertificate | undefined, say: Say): void {
    for (const { value: host, place } of entry.hosts) {
      if (!hasRuleFor(plan, host)) {
        say('note', 'tls-host-without-rule', place, `tls host ${host}: no rule of this Ingress serves it`)
      }
      this.#claim(plan, entry, host, this.#certificateFor(entry, host, place, found, say), place, say)
    }
  }

  #certificateFor(
    entry: IngressTls,
    host: string,
    place: Place,
    found: SecretCertificate | undefined,
    say: Say,
  ): Certificate {
    if (entry.secretName === undefined) {
      return this.#default ?? { kind: 'local-ca', reason: 'the tls section names no Secret', place }
    }
    const { value: secretName, place: secretPlace } = entry.secretName
    if (found === undefined)
      return {
        kind: 'local-ca',
        reason: `Secret "${secretName}" is missing or unusable`,
        place: secretPlace,
      }
    const covered = coverage(found, host)
    if (covered === undefined) {
      const names = found.names.length === 0 ? 'no DNS name' : `only ${found.names.join(', ')}`
      const reason = `the certificate in Secret "${secretName}" is for ${names}`
      say(
        'error',
        'tls-host-not-covered',
        place,
        `tls host ${host}: ${reason}; the local CA signs one for it`,
      )
      return { kind: 'local-ca', reason, place }
    }
    if (covered === 'common-name') {
      say(
        'warning',
        'tls-certificate-without-san',
        place,
        `tls host ${host}: the certificate in Secret "${secretName}" has it only as common name; browsers refuse that`,
      )
    }
    return found.certificate
  }

  /** A rule host that no entry lists uses any Secret of its Ingress whose certificate names it (ingress-nginx). */
  #claimCovered(plan: IngressPlan, host: string, found: readonly (SecretCertificate | undefined)[]): void {
    const index = found.findIndex(pair => pair !== undefined && coverage(pair, host) !== undefined)
    if (index === -1) return
    this.#tlsHosts.add(host)
    if (this.#claims.has(host)) return
    const secret = secretOf(plan, plan.ingress.tls[index]!)
    this.#claims.set(host, { certificate: found[index]!.certificate, secret, object: plan.object })
  }

  #claim(
    plan: IngressPlan,
    entry: IngressTls,
    host: string,
    certificate: Certificate,
    place: Place,
    say: Say,
  ): void {
    const secret = secretOf(plan, entry)
    const before = this.#claims.get(host)
    if (before === undefined) {
      this.#claims.set(host, { certificate, secret, object: plan.object })
    } else if (before.secret !== secret) {
      const named = before.secret === undefined ? 'no Secret' : `Secret ${before.secret}`
      say(
        'warning',
        'tls-conflict',
        place,
        `tls host ${host}: ${before.object} names ${named} for it, and came first; that one is served`,
      )
    }
  }
}

function secretOf(plan: IngressPlan, { secretName }: IngressTls): string | undefined {
  return secretName && objectKey(plan.ingress.meta.namespace, secretName.value)
}

function lists(entry: IngressTls, host: string): boolean {
  return entry.hosts.some(({ value }) => value === host || isWildcardFor(value, host))
}

function isWildcardFor(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*.') && host.slice(host.indexOf('.')) === wildcard.slice(1)
}

/** Whether requests for a tls host can reach a rule of the Ingress. */
function hasRuleFor(plan: IngressPlan, tlsHost: string): boolean {
  if (otherNamesOf(plan).includes(tlsHost)) return true
  return plan.hosts.some(
    ({ host }) =>
      host === '' || host === tlsHost || isWildcardFor(host, tlsHost) || isWildcardFor(tlsHost, host),
  )
}

/** Whether cert-manager is asked for the Secrets of an Ingress (its annotations, and that of kube-lego before it). */
function hasIssuer({ ingress: { meta } }: IngressPlan): boolean {
  if (meta.annotations.get('kubernetes.io/tls-acme')?.value === 'true') return true
  return [...meta.annotations.keys()].some(key =>
    /^(?:cert-manager\.io|certmanager\.k8s\.io)\/(?:cluster-)?issuer$/.test(key),
  )
}

function reportUnused(plan: IngressPlan, found: readonly (SecretCertificate | undefined)[], say: Say): void {
  for (const [index, entry] of plan.ingress.tls.entries()) {
    const pair = found[index]
    if (entry.hosts.length > 0) continue
    if (pair !== undefined && plan.hosts.some(({ host }) => coverage(pair, host) !== undefined)) continue
    say(
      'warning',
      'tls-unused',
      entry.place,
      'this tls section lists no hosts and its certificate is for none of the rules; it has no effect',
    )
  }
}

function namesIn(entry: IngressTls): string {
  return entry.hosts.length === 0 ? 'without hosts' : entry.hosts.map(({ value }) => value).join(', ')
}
