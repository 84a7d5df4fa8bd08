// Ready-made curl commands for routes: what a newcomer copies to see a rule at work.
import { dirname } from 'node:path'
import type { RunningApp } from '../app/events.ts'
import { findCertificate } from '../certificates/find-certificate.ts'
import { shellLine } from '../diagnostics/shell-line.ts'
import type { CanaryRule } from '../policies/routing/canary.ts'
import { isConditional } from '../policies/routing/match-conditions.ts'
import { sampleHost } from '../routing/sample-host.ts'
import type { HostRoutes, Route, RoutingTable } from '../routing/table.ts'
import { displayPath } from './display-path.ts'

/** The lines for one folder of manifests. */
export interface CurlGroup {
  /** Name of the folder that the rules come from. */
  readonly name: string
  readonly lines: readonly string[]
}

/**
 * One line over HTTPS that needs no `-k`, for a host that the local CA certifies: the first that an endpoint answers,
 * else the first. `undefined` without such a host.
 */
export function firstCurlLine(table: RoutingTable, app: RunningApp): string | undefined {
  const hosts = table.hosts.filter(({ host }) => host !== '' && !hasSecret(host, table))
  const routes = hosts.flatMap(host => host.routes.filter(hasPlainPath))
  const route = routes.find(reachesEndpoint) ?? routes[0]
  if (route === undefined) return undefined
  return secureLine(sampleHost(route.host), route.path, ['--cacert', displayPath(app.caCertificateFile)], app)
}

function reachesEndpoint({ backend, denied }: Route): boolean {
  return denied === undefined && (backend?.upstream?.endpoints.length ?? 0) > 0
}

/** For every host a line for its first route, and lines for each canary's route, by folder, in the table's order. */
export function curlGroups(table: RoutingTable, app: RunningApp): CurlGroup[] {
  const groups = new Map<string, string[]>()
  for (const host of table.hosts) {
    for (const route of routesToShow(host)) {
      const name = exampleName(route.origin.place.document.file)
      const lines = groups.get(name) ?? []
      groups.set(name, lines)
      lines.push(...linesFor(host, route, [], table, app))
      for (const { rule } of route.canaries)
        lines.push(...linesFor(host, route, canaryArguments(rule), table, app))
    }
  }
  if (table.defaultUpstream !== undefined)
    groups.set('default backend', [curl([`http://${app.http}/no-such-rule`])])
  return [...groups].map(([name, lines]) => ({ name, lines: [...new Set(lines)] }))
}

function routesToShow(host: HostRoutes): Route[] {
  const plain = host.routes.filter(hasPlainPath)
  return plain.filter((route, index) => index === 0 || route.canaries.length > 0)
}

/** The folder below `manifests/` that a rule comes from. */
function exampleName(file: string): string {
  const folders = dirname(file).split('/')
  return folders[folders.lastIndexOf('manifests') + 1] ?? file
}

/** One line, or two for a host that serves HTTP and HTTPS alike. */
function linesFor(
  host: HostRoutes,
  route: Route,
  extra: readonly string[],
  table: RoutingTable,
  app: RunningApp,
): string[] {
  if (host.host === '') return [curl([...extra, `http://${app.http}${route.path}`])]
  const name = sampleHost(host.host)
  const { ifTls, force } = route.policies.sslRedirect
  const lines: string[] = []
  if (!force && !(ifTls && host.hasTls)) lines.push(plainLine(name, route.path, extra, app))
  if (force || host.hasTls) {
    // The certificate of a Secret is often signed by itself; the local CA's is known to curl by --cacert.
    const trust = hasSecret(host.host, table) ? ['-k'] : ['--cacert', displayPath(app.caCertificateFile)]
    lines.push(secureLine(name, route.path, [...extra, ...trust], app))
  }
  return lines
}

function plainLine(name: string, path: string, extra: readonly string[], app: RunningApp): string {
  const [address, port] = splitAddress(app.http)
  return curl([...extra, '--resolve', `${name}:${port}:${address}`, `http://${name}:${port}${path}`])
}

function secureLine(name: string, path: string, extra: readonly string[], app: RunningApp): string {
  const [address, port] = splitAddress(app.https)
  return curl([...extra, '--resolve', `${name}:${port}:${address}`, `https://${name}:${port}${path}`])
}

/** What makes a request take the canary for certain; nothing when only its weight decides. */
function canaryArguments(rule: CanaryRule): string[] {
  if (rule.header !== undefined && rule.headerValue !== undefined)
    return ['-H', `${rule.header}: ${rule.headerValue}`]
  if (rule.header !== undefined && rule.headerPattern === undefined) return ['-H', `${rule.header}: always`]
  if (rule.cookie !== undefined) return ['-b', `${rule.cookie}=always`]
  return []
}

/** A command line for a POSIX shell. */
export function curl(words: readonly string[]): string {
  return shellLine(['curl', ...words])
}

/** Whether a plain GET for the path as written goes there. */
function hasPlainPath(route: Route): boolean {
  if (isConditional(route.policies.matchConditions)) return false
  return route.kind !== 'regex' || /^[\w/.-]*$/.test(route.path)
}

function hasSecret(host: string, { certificates }: RoutingTable): boolean {
  return findCertificate(certificates, host)?.kind === 'secret'
}

/** Address and port; an address that means "every interface" becomes loopback. */
function splitAddress(text: string): [address: string, port: string] {
  const colon = text.lastIndexOf(':')
  const address = text.slice(0, colon)
  const isEvery = address === '0.0.0.0' || address === '[::]'
  return [isEvery ? '127.0.0.1' : address, text.slice(colon + 1)]
}
