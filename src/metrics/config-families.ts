// Metrics of what is served: the table, the findings about its manifests, its certificates. Under ingress-nginx's names where
// it has them.
import { type Family, histogramFamily, plainFamily, singleFamily } from './family.ts'
import type { Reloads } from './reloads.ts'

/** What is asked of the table that serves, at the moment it is shown. */
export interface TableFigures {
  /** The same for the same configuration: a whole number that a double holds. */
  hash(): number
  counts(): { readonly hosts: number; readonly routes: number }
  /** Of Secrets; one for each host that is shown it. */
  certificates(): Iterable<CertificateFigures>
  ingresses(): Iterable<IngressFigures>
}

/** A certificate, by a host that is shown it. */
export interface CertificateFigures {
  /** `_` for hosts without one of their own. */
  readonly host: string
  /** Of the Secret. */
  readonly namespace: string
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly issuerOrganization: string
  readonly issuerCommonName: string
  /** The `serialNumber` of the issuer's name, which hardly any has. */
  readonly issuerSerialNumber: string
  /** In decimal. */
  readonly serialNumber: string
  /** As Go says it: `RSA`, `ECDSA`, `Ed25519`. */
  readonly publicKeyAlgorithm: string
}

/** An Ingress that has rules in the table. */
export interface IngressFigures {
  readonly namespace: string
  readonly name: string
  /** One of its backends is not there. */
  readonly lacksService: boolean
  /** One of its backends has no endpoint. */
  readonly lacksEndpoint: boolean
}

/** Who serves, in ingress-nginx's words. */
export interface Controller {
  readonly className: string
  readonly namespace: string
  readonly pod: string
}

/** What this Portico is. */
export interface Build {
  readonly version: string
  readonly nodeVersion: string
}

const prefix = 'nginx_ingress_controller_'
const dayMs = 86_400_000

/** `common`: labels of the controller, as `labelText` gives them. */
export function configFamilies(
  reloads: Reloads,
  table: TableFigures,
  controller: Controller,
  build: Build,
  common: string,
): Family[] {
  return [
    ...reloadFamilies(reloads, table, common),
    ...buildFamilies(build, common),
    ...tableFamilies(reloads, table),
    ...certificateFamilies(table, controller),
    plainFamily(
      'gauge',
      `${prefix}orphan_ingress`,
      'Whether an Ingress has a backend that is not there (no-service) or has no endpoint (no-endpoint): 1 or 0.',
      ['namespace', 'ingress', 'type'],
      function* () {
        for (const { namespace, name, lacksService, lacksEndpoint } of table.ingresses()) {
          yield [[namespace, name, 'no-service'], Number(lacksService)]
          yield [[namespace, name, 'no-endpoint'], Number(lacksEndpoint)]
        }
      },
      common,
    ),
  ]
}

function reloadFamilies(reloads: Reloads, table: TableFigures, common: string): Family[] {
  return [
    singleFamily(
      'gauge',
      `${prefix}config_hash`,
      'Another number for another configuration.',
      () => table.hash(),
      common,
    ),
    singleFamily(
      'gauge',
      `${prefix}config_last_reload_successful`,
      '1 when what the manifests say is what serves; 0 while a file does not parse and its last good objects serve.',
      () => Number(reloads.isLastSuccessful),
      common,
    ),
    singleFamily(
      'gauge',
      `${prefix}config_last_reload_successful_timestamp_seconds`,
      'When a change last became live as it is written, since the epoch.',
      () => reloads.lastSuccessAt / 1000,
      common,
    ),
    singleFamily(
      'counter',
      `${prefix}success`,
      'Changes that became live as they are written.',
      () => reloads.successful,
      common,
    ),
    singleFamily(
      'counter',
      `${prefix}errors`,
      'Changes that did not: a file keeps its last good objects, or Portico has a bug.',
      () => reloads.failed,
      common,
    ),
  ]
}

function buildFamilies({ version, nodeVersion }: Build, common: string): Family[] {
  return [
    plainFamily(
      'gauge',
      `${prefix}build_info`,
      '1; the labels say which release this is.',
      ['release', 'build', 'repository'],
      () => [[[version, '', ''], 1]],
      common,
    ),
    plainFamily(
      'gauge',
      'portico_build_info',
      '1; the labels say which Portico this is, and on which Node it runs.',
      ['version', 'node'],
      () => [[[version, nodeVersion], 1]],
    ),
  ]
}

function tableFamilies(reloads: Reloads, table: TableFigures): Family[] {
  return [
    singleFamily(
      'gauge',
      'portico_table_generation',
      'How many tables have been live.',
      () => reloads.last?.generation,
    ),
    singleFamily(
      'gauge',
      'portico_table_applied_timestamp_seconds',
      'When the table became live, since the epoch.',
      () => reloads.appliedAt / 1000,
    ),
    singleFamily('gauge', 'portico_hosts', 'Hosts that have rules.', () => table.counts().hosts),
    singleFamily('gauge', 'portico_routes', 'Paths of all hosts.', () => table.counts().routes),
    singleFamily(
      'gauge',
      'portico_files_kept',
      'Files that do not parse, whose last good objects serve.',
      () => reloads.last?.keptFiles,
    ),
    plainFamily(
      'gauge',
      'portico_diagnostics',
      'Findings about the manifests that serve.',
      ['severity'],
      () => Object.entries(reloads.last?.findings ?? {}).map(([severity, count]) => [[severity], count]),
    ),
    histogramFamily(
      'portico_reload_duration_seconds',
      'From the first look at changed files until their table was live.',
      reloads.durations,
    ),
    histogramFamily(
      'portico_compile_duration_seconds',
      'Of that, from objects to a table and its index.',
      reloads.compileTimes,
    ),
  ]
}

function certificateFamilies(table: TableFigures, { className, namespace }: Controller): Family[] {
  return [
    plainFamily(
      'gauge',
      `${prefix}ssl_expire_time_seconds`,
      'When the certificate ends that a host is shown, since the epoch. The namespace is that of the controller (as in ingress-nginx).',
      ['class', 'namespace', 'host', 'secret_name'],
      function* () {
        for (const { host, name, expiresAt } of table.certificates())
          yield [[className, namespace, host, name], Math.floor(expiresAt / 1000)]
      },
    ),
    plainFamily(
      'gauge',
      `${prefix}ssl_certificate_info`,
      '1; the labels say which certificate a host is shown. The namespace is that of the Secret.',
      [
        'class',
        'namespace',
        'host',
        'secret_name',
        'identifier',
        'issuer_organization',
        'issuer_common_name',
        'serial_number',
        'public_key_algorithm',
      ],
      function* () {
        for (const certificate of table.certificates()) yield [[className, ...infoLabels(certificate)], 1]
      },
    ),
    plainFamily(
      'gauge',
      'portico_certificate_days_left',
      'Days until the certificate ends that a host is shown; negative when it has ended.',
      ['host', 'namespace', 'secret'],
      function* () {
        const now = Date.now()
        for (const { host, namespace: own, name, expiresAt } of table.certificates())
          yield [[host, own, name], Math.floor((100 * (expiresAt - now)) / dayMs) / 100]
      },
    ),
  ]
}

function infoLabels(certificate: CertificateFigures): string[] {
  return [
    certificate.namespace,
    certificate.host,
    certificate.name,
    `${certificate.issuerSerialNumber}-${certificate.serialNumber}`,
    certificate.issuerOrganization,
    certificate.issuerCommonName,
    certificate.serialNumber,
    certificate.publicKeyAlgorithm,
  ]
}
