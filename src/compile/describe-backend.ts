// What a backend came to, in the words that error pages and findings use. Looks nothing up.
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Severity } from '../diagnostics/diagnostic.ts'
import type { ServicePortReference } from '../resources/ingress.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import type { Service } from '../resources/service.ts'
import type { Backend, Upstream } from '../routing/table.ts'
import { readEndpointsAnnotation } from './endpoints-annotation.ts'
import type { NamedBackend } from './named-backend.ts'
import { type EndpointSources, hasAddress, listedPortNames } from './resolve-endpoints.ts'

/** A backend and what is to be said wherever it is named. */
export interface ResolvedBackend {
  readonly backend: Backend
  readonly finding: BackendFinding | undefined
}

/** What is wrong with a backend, in pieces: each rule that names it says for itself what follows. */
export interface BackendFinding {
  readonly severity: Severity
  readonly code: DiagnosticCode
  readonly problem: string
  /** Whether requests reach an endpoint in spite of it; otherwise the rule says what becomes of them. */
  readonly isServed: boolean
  /** How to mend it, when that is not obvious; else empty. */
  readonly hint: string
}

/** An upstream and what its endpoints were made of. */
export interface ResolvedUpstream extends EndpointSources {
  readonly upstream: Upstream
}

/** A backend whose Service exists; `entry` is `undefined` when it has no such port. */
export function describeBackend(
  plan: NamedBackend,
  service: Service,
  entry: ResolvedUpstream | undefined,
): ResolvedBackend {
  const port = portText(plan.port)
  if (entry === undefined) {
    const message = `Service "${plan.service}" has no TCP port ${port}${listPorts(service)}`
    return failedBackend(plan, 'backend-port-missing', message)
  }
  const { upstream } = entry
  const names = { namespace: plan.namespace, service: plan.service, port, upstream }
  if (upstream.endpoints.length > 0) {
    return {
      backend: { ...names, problem: undefined },
      finding: checkDigits(plan, service) ?? checkAddress(plan, service, entry),
    }
  }
  const problem = `Service "${plan.service}" has no ready endpoint for port ${port}${whyNone(entry)}`
  const hint = 'list some in an Endpoints object, with the Service annotation portico/endpoints or with --map'
  const finding = { severity: 'warning', code: 'endpoints-missing', problem, isServed: false, hint } as const
  return { backend: { ...names, problem }, finding }
}

function whyNone(entry: ResolvedUpstream): string {
  if (entry.upstream.notReadyCount > 0) return ` (${entry.upstream.notReadyCount} not ready)`
  const names = listedPortNames(entry).map(name => (name === '' ? 'an unnamed one' : `"${name}"`))
  return names.length === 0 ? '' : ` (ports are matched by name, and the endpoints list ${names.join(', ')})`
}

function checkDigits({ port }: NamedBackend, service: Service): BackendFinding | undefined {
  if ('number' in port || service.ports.some(({ name }) => name === port.name)) return undefined
  const problem = `port name "${port.name}" is used as the number ${port.name}; a cluster answers 503`
  const hint = `write number: ${port.name}`
  return { severity: 'warning', code: 'backend-port-digits', problem, isServed: true, hint }
}

/** In a cluster the API server would have given the Service an address; endpoints written by hand need none. */
function checkAddress(
  { byAddress }: NamedBackend,
  service: Service,
  { maps }: ResolvedUpstream,
): BackendFinding | undefined {
  if (!byAddress || hasAddress(service)) return undefined
  if (maps.length > 0 || readEndpointsAnnotation(service) !== undefined) return undefined
  const problem = `service-upstream: Service "${service.meta.name}" has no clusterIP in its manifest; its endpoints are used`
  return { severity: 'note', code: 'service-upstream-unused', problem, isServed: true, hint: '' }
}

/** A backend that leads nowhere: requests get 503 with the problem for a reason. */
export function failedBackend(plan: NamedBackend, code: DiagnosticCode, problem: string): ResolvedBackend {
  const { namespace, service } = plan
  return {
    backend: { namespace, service, port: portText(plan.port), upstream: undefined, problem },
    finding: { severity: 'error', code, problem, isServed: false, hint: '' },
  }
}

/** The commonest reason for a missing Service in tutorials: it lives in another namespace. */
export function otherNamespaceHint(resources: ResourceSet, namespace: string, name: string): string {
  for (const { meta } of resources.services.values()) {
    if (meta.name !== name) continue
    return ` in namespace ${namespace} (one of that name exists in namespace ${meta.namespace}; an Ingress can only name Services of its own)`
  }
  return ''
}

function listPorts(service: Service): string {
  if (service.ports.length === 0) return ''
  const ports = service.ports.map(({ name, port, protocol }) =>
    [name, port, protocol === 'TCP' ? '' : protocol].filter(part => part !== '').join(' '),
  )
  return ` (it has ${ports.join(', ')})`
}

/** A port as the rule wrote it, number or name. */
export function portText(port: ServicePortReference): string {
  return 'number' in port ? String(port.number) : port.name
}
