// Texts of flags and environment variables become values here. Each reader either gives a value or throws commander's
// InvalidArgumentError with a hint on how to write it, which commander prints together with the flag's name.
import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'
import { readCertificateName } from '../certificates/certificate-name.ts'
import { isConstrainable } from '../certificates/name-constraints.ts'
import type { EndpointMap } from '../compile/options.ts'
import { type DiagnosticCode, diagnosticCodes, isDiagnosticCode } from '../diagnostics/codes.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import { labelProblem, subdomainProblem } from '../resources/dns-names.ts'
import { isCollectorUrl } from '../tracing/options.ts'

const dnsName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i

/** A TCP port, 0…65535; 0 lets the system pick a free one. */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 picks a free one.')
}

/** An address to listen on. */
export function readBindAddress(text: string): string {
  if (isIP(text) !== 0 || text === 'localhost') return text
  throw new InvalidArgumentError('Give an IP address: 127.0.0.1, or 0.0.0.0 to listen on every interface.')
}

/** A host name. */
export function readHostName(text: string): string {
  if (dnsName.test(text)) return text
  throw new InvalidArgumentError('Give a host name without port, for example portico.example.com.')
}

/** An IP address. */
export function readAddress(text: string): string {
  if (isIP(text) !== 0) return text
  throw new InvalidArgumentError('Give an IP address, for example 127.0.0.1.')
}

/** `HOST:PORT` (an IPv6 address in brackets), or `off`. */
export function readAdminAddress(text: string): { host: string; port: number } | 'off' {
  if (text === 'off') return 'off'
  const address = readHostAndPort(text)
  if (address !== undefined) return address
  throw new InvalidArgumentError('Write it as 127.0.0.1:10254, or "off".')
}

/** `HOST:PORT` of a running instance's admin port, also as `http://HOST:PORT`; `undefined` for anything else. */
export function readLiveAddress(text: string): { host: string; port: number } | undefined {
  return readHostAndPort(text.replace(/^http:\/\/([^/]*)\/?$/i, '$1'))
}

/** A duration with its unit, `500ms`, `10s`, `1.5m` or `1h`, in milliseconds. `0` needs no unit. */
export function readDurationMs(text: string): number {
  if (text === '0') return 0
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Write a number with its unit: 500ms, 10s or 1m.')
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h']
  return Math.round(Number(match[1]) * unitMs)
}

/** The name of a namespace (RFC 1123 label, as the Kubernetes API asks). */
export function readNamespace(text: string): string {
  return readName(text, labelProblem)
}

/** The name of an object such as a Secret (RFC 1123 subdomain, as the Kubernetes API asks). */
export function readObjectName(text: string): string {
  return readName(text, subdomainProblem)
}

/** A name that keeps the rules of the Kubernetes API. */
export function readName(text: string, problemOf: (text: string) => string | undefined): string {
  const problem = problemOf(text)
  if (problem === undefined) return text
  throw new InvalidArgumentError(`It ${problem}.`)
}

/** `namespace/name`. */
export function readNamespacedName(text: string): { namespace: string; name: string } {
  const [namespace = '', name = '', ...rest] = text.split('/')
  const hasNames = labelProblem(namespace) === undefined && subdomainProblem(name) === undefined
  if (hasNames && rest.length === 0) return { namespace, name }
  throw new InvalidArgumentError('Write it as NAMESPACE/NAME, for example default/web.')
}

/** Collects a repeatable flag; one value may also hold several, separated by commas. */
export function collect<T>(readOne: (text: string) => T): (text: string, previous?: readonly T[]) => T[] {
  return (text, previous = []) => [...previous, ...splitList(text).map(readOne)]
}

/** Collects a repeatable flag whose values are taken whole: fields and cookies hold commas of their own. */
export function collectWhole<T>(
  readOne: (text: string) => T,
): (text: string, previous?: readonly T[]) => T[] {
  return (text, previous = []) => [...previous, readOne(text)]
}

/** A domain whose servers a trust store is to accept. */
export function readDomain(text: string): string {
  const name = readCertificateName(text)
  if (name?.kind === 'dns' && !name.name.startsWith('*') && isConstrainable(name.name)) return name.name
  throw new InvalidArgumentError('Give a domain below a top-level one, for example shop.example.com.')
}

/** The name of an IngressClass. */
export function readClassName(text: string): string {
  if (dnsName.test(text)) return text
  throw new InvalidArgumentError('Give the name of an IngressClass, for example nginx.')
}

/** A code of our own findings. */
export function readDiagnosticCode(text: string): DiagnosticCode {
  if (isDiagnosticCode(text)) return text
  const nearest = nearestName(text, Object.keys(diagnosticCodes))
  const hint =
    nearest === undefined ? 'Findings name theirs after their severity.' : `Did you mean ${nearest}?`
  throw new InvalidArgumentError(`There is no such code. ${hint}`)
}

/** A name for Via fields: a token (RFC 9110 §5.6.2, §7.6.3). */
export function readPseudonym(text: string): string {
  if (/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError(
    'Give a name of up to 64 letters, digits, dots and dashes, for example edge-1.',
  )
}

/** The base URL of a collector that takes OTLP over HTTP. */
export function readCollectorUrl(text: string): string {
  if (isCollectorUrl(text)) return text
  throw new InvalidArgumentError('Write its base URL, such as http://localhost:4318.')
}

/** An endpoint map as written; without a namespace it is about the one that is served. */
export type WrittenEndpointMap = Omit<EndpointMap, 'namespace'> & { readonly namespace: string | undefined }

/** `[ns/]svc[:port]=host:port`. */
export function readEndpointMap(text: string): WrittenEndpointMap {
  const match = /^(?:([^/=:]+)\/)?([^/=:]+)(?::([^/=:]+))?=(.+)$/.exec(text)
  const address = match === null ? undefined : readHostAndPort(match[4]!)
  const [, namespace, service = '', port] = match ?? []
  const hasNames = labelProblem(namespace ?? 'default') === undefined && labelProblem(service) === undefined
  if (address === undefined || address.port === 0 || !hasNames) {
    throw new InvalidArgumentError(
      'Write it as [NAMESPACE/]SERVICE[:PORT]=HOST:PORT, for example shop/cart:80=127.0.0.1:3000.',
    )
  }
  return { namespace, service, port, address: address.host, endpointPort: address.port }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

function readHostAndPort(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^[\]:]+)):(\d{1,5})$/i.exec(text)
  if (match === null) return undefined
  const host = match[1] ?? match[2]!
  const port = Number(match[3])
  const isAddress = match[1] === undefined ? dnsName.test(host) : isIP(host) === 6
  return isAddress && port <= 65_535 ? { host, port } : undefined
}
