// What metrics say of the table that serves. Asked a few times a minute; what has to be computed is remembered with the objects
// of the table, which most changes leave as they are.
import { createHash, hash, X509Certificate } from 'node:crypto'
import { serialize } from 'node:v8'
import type { CertificateFigures, IngressFigures, TableFigures } from '../metrics/config-families.ts'
import type {
  Backend,
  Certificate,
  CertificateTable,
  HostRoutes,
  Route,
  RoutingTable,
  Upstream,
} from '../routing/table.ts'

/** ingress-nginx's name for hosts without one of their own. */
const anyHost = '_'

/** `table`: the one that serves. */
export function createTableFigures(table: () => RoutingTable): TableFigures {
  const facts = remember(readCertificate)
  const hostHash = remember(hashHost)
  const tableHash = remember((table: RoutingTable) => hashTable(table, hostHash))
  return {
    hash: () => tableHash(table()),
    counts: () => {
      const { hosts } = table()
      return { hosts: hosts.length, routes: hosts.reduce((count, { routes }) => count + routes.length, 0) }
    },
    *certificates() {
      for (const [host, certificate] of certificatesByHost(table().certificates)) {
        if (certificate.kind === 'secret') yield { host, ...facts(certificate) }
      }
    },
    ingresses: () => ingressesOf(table()),
  }
}

function* certificatesByHost(table: CertificateTable): IterableIterator<[string, Certificate]> {
  yield* table.exact
  for (const [suffix, certificate] of table.wildcard) yield [`*${suffix}`, certificate]
  if (table.default !== undefined) yield [anyHost, table.default]
}

type SecretCertificate = Extract<Certificate, { kind: 'secret' }>

/** The leaf's; compiling has read it before, so it is one. */
function readCertificate({ certPem, secret }: SecretCertificate): Omit<CertificateFigures, 'host'> {
  const leaf = new X509Certificate(certPem)
  const [namespace = '', name = ''] = secret.split('/')
  const issuer = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(leaf.issuer)?.[1] ?? ''
  return {
    namespace,
    name,
    expiresAt: leaf.validToDate.getTime(),
    issuerOrganization: issuer('O'),
    issuerCommonName: issuer('CN'),
    issuerSerialNumber: issuer('serialNumber'),
    serialNumber: BigInt(`0x${leaf.serialNumber}`).toString(),
    publicKeyAlgorithm: algorithms[leaf.publicKey.asymmetricKeyType ?? ''] ?? '0',
  }
}

/** In Go's words; it calls others 0. */
const algorithms: Readonly<Record<string, string>> = {
  rsa: 'RSA',
  'rsa-pss': 'RSA',
  ec: 'ECDSA',
  ed25519: 'Ed25519',
  dsa: 'DSA',
}

/** A backend that is not there has no upstream; one without endpoints has no address. */
function ingressesOf({ hosts }: RoutingTable): Iterable<IngressFigures> {
  const found = new Map<string, IngressFigures>()
  const note = ({ namespace, ingress: name }: Route['origin'], backend: Backend | undefined) => {
    const key = `${namespace}/${name}`
    const before = found.get(key)
    const upstream = backend?.upstream
    found.set(key, {
      namespace,
      name,
      lacksService: before?.lacksService === true || (backend !== undefined && upstream === undefined),
      lacksEndpoint: before?.lacksEndpoint === true || upstream?.endpoints.length === 0,
    })
  }
  for (const { routes, fallback } of hosts) {
    for (const { origin, backend, canaries } of fallback === undefined ? routes : [...routes, fallback]) {
      note(origin, backend)
      for (const canary of canaries) note(canary.origin, canary.backend)
    }
  }
  return found.values()
}

/** 48 bits. Certificates count with what clients see of them; places in files do not count. */
function hashTable(
  { hosts, aliases, unclaimed, certificates, upstreams, defaultUpstream }: RoutingTable,
  hostHash: (host: HostRoutes) => string,
): number {
  const all = createHash('sha256')
  for (const host of hosts) all.update(hostHash(host))
  for (const alias of aliases) all.update(serialize(alias))
  all.update(policiesHash(unclaimed.policies))
  for (const [host, certificate] of certificatesByHost(certificates))
    all.update(`${host} ${certificate.kind === 'secret' ? certificate.certPem : ''}`)
  for (const upstream of upstreams.values()) all.update(upstreamHash(upstream))
  all.update(defaultUpstream?.key ?? '')
  return all.digest().readUIntBE(0, 6)
}

/** One text and one digest for each host: 10,000 of them are hashed between two requests. */
function hashHost({ host, hasTls, routes, fallback }: HostRoutes): string {
  const all = fallback === undefined ? routes : [...routes, fallback]
  return digest(`${host} ${hasTls}\n${all.map(routeText).join('\n')}`)
}

function routeText({ id, backend, canaries, errorBackends, policies }: Route): string {
  const text = `${id} ${keyOf(backend)} ${policiesHash(policies)}`
  if (canaries.length === 0 && errorBackends === undefined) return text
  const variants = canaries.map(canary => [keyOf(canary.backend), canary.rule, canary.isSticky])
  return `${text} ${JSON.stringify([variants, keyOf(errorBackends?.standIn), keyOf(errorBackends?.pages)])}`
}

function keyOf(backend: Backend | undefined): string {
  return backend?.upstream?.key ?? backend?.problem ?? ''
}

/** Most routes share theirs. */
const policiesHash = remember((policies: object) => digest(serialize(policies)))

const upstreamHash = remember(({ key, endpoints, policies }: Upstream) =>
  digest(serialize([key, endpoints, policiesHash(policies)])),
)

function digest(data: string | Uint8Array): string {
  return hash('sha256', data, 'base64')
}

/** The function, computing each object's value once. */
function remember<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const values = new WeakMap<Key, Value>()
  return key => {
    const known = values.get(key)
    if (known !== undefined) return known
    const value = compute(key)
    values.set(key, value)
    return value
  }
}
