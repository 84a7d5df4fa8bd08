// Ingress objects of every API version → Ingress. Checks what the API server checks; looks at no other object.
import type { Field } from '../diagnostics/field.ts'
import type { Located } from '../diagnostics/place.ts'
import { hostProblem, subdomainProblem } from './dns-names.ts'
import type { Ingress, IngressBackend, IngressRule, IngressTls } from './ingress.ts'
import type { ObjectMeta } from './object-meta.ts'
import { type ApiGeneration, readBackend } from './read-ingress-backend.ts'
import { readPaths } from './read-ingress-path.ts'
import { checkName, readMeta } from './read-meta.ts'

const objectFields = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])
const specFields = new Set(['ingressClassName', 'defaultBackend', 'backend', 'tls', 'rules'])
const tlsFields = new Set(['hosts', 'secretName'])
const ruleFields = new Set(['host', 'http'])
const httpFields = new Set(['paths'])

/**
 * Reads an Ingress of networking.k8s.io/v1 (`v1`) or of networking.k8s.io/v1beta1 and extensions/v1beta1 (`beta`).
 * Rules, paths and TLS entries that can not be served are reported and left out; `undefined` when nothing is left.
 */
export function readIngress(object: Field, generation: ApiGeneration): Ingress | undefined {
  const meta = readMeta(object, {
    clusterScoped: false,
    nameProblem: subdomainProblem,
    needsAnnotations: true,
  })
  const spec = object.get('spec')
  if (!object.hasFields(objectFields) || !spec.hasFields(specFields) || meta === undefined) return undefined
  const className = readClassName(spec.get('ingressClassName'), meta)
  const defaultBackend = readDefaultBackend(spec, generation)
  const tls = spec.get('tls').unit('no TLS entry of this Ingress is used').elements()
  const rules = spec.get('rules').unit('no rule of this Ingress is served').elements()
  if (rules.length === 0 && !hasDefaultBackend(spec))
    spec.fail('field-missing', 'has neither rules nor defaultBackend')
  if (object.failed) return undefined
  return {
    kind: 'Ingress',
    meta,
    className,
    defaultBackend,
    tls: tls.flatMap(entry => readTls(entry.unit('this TLS entry is not used')) ?? []),
    rules: rules.flatMap(rule => readRule(rule.unit('this rule is not served'), generation) ?? []),
  }
}

function hasDefaultBackend(spec: Field): boolean {
  return spec.get('defaultBackend').present || spec.get('backend').present
}

/** `defaultBackend` (v1) or `backend` (both betas). */
function readDefaultBackend(spec: Field, generation: ApiGeneration): IngressBackend | undefined {
  const [own, other] = generation === 'v1' ? ['defaultBackend', 'backend'] : ['backend', 'defaultBackend']
  if (spec.get(other!).present) {
    spec
      .get(other!)
      .warn(
        'api-version-mixed',
        `belongs to another version of the API; it is read, a cluster refuses it: write ${own}`,
      )
  }
  const field = spec.get(own!).present ? spec.get(own!) : spec.get(other!)
  return field.present ? readBackend(field.unit('there is no default backend'), generation) : undefined
}

function readClassName(field: Field, meta: ObjectMeta): Located<string> | undefined {
  const name = field.string()
  if (name === undefined || name === '') return undefined
  checkName(field, name, subdomainProblem)
  const annotated = meta.annotations.get('kubernetes.io/ingress.class')?.value
  if (annotated !== undefined && annotated !== name) {
    field.warn(
      'class-ambiguous',
      `is "${name}" but annotation kubernetes.io/ingress.class is "${annotated}"; the field decides, a cluster refuses both together`,
    )
  }
  return field.located(name)
}

function readTls(entry: Field): IngressTls | undefined {
  if (!entry.hasFields(tlsFields)) return undefined
  const listed = entry.get('hosts').values()
  const hosts = listed.flatMap(field => readTlsHost(field.unit('this host is left out')) ?? [])
  // An entry without hosts means the default certificate, which is not what was asked for.
  const hasLostHosts = listed.length > 0 && hosts.length === 0
  // Without its Secret an entry still says that its hosts are served by https, which plain http is redirected to.
  const secretName = readSecretName(entry.get('secretName').unit('the local CA signs a certificate instead'))
  return entry.failed || hasLostHosts ? undefined : { place: entry.place, hosts, secretName }
}

function readTlsHost(field: Field): Located<string> | undefined {
  const host = readHost(field)
  if (host === undefined && !field.failed) field.fail('field-missing', 'is empty')
  return host
}

function readSecretName(field: Field): Located<string> | undefined {
  const name = field.string()
  if (name === undefined || name === '') return undefined
  checkName(field, name, subdomainProblem)
  return field.failed ? undefined : field.located(name)
}

function readRule(rule: Field, generation: ApiGeneration): IngressRule | undefined {
  if (!rule.hasFields(ruleFields)) return undefined
  const host = readHost(rule.get('host'))
  const http = rule.get('http')
  if (http.present) http.hasFields(httpFields)
  const paths = http.present && !rule.failed ? readPaths(http.get('paths'), generation) : undefined
  if (rule.failed) return undefined
  return { place: rule.place, host: host?.value ?? '', paths }
}

/** A host in lower case; `undefined` when empty or unusable, in which case its unit has failed. */
function readHost(field: Field): Located<string> | undefined {
  const text = field.string()
  if (text === undefined || text === '') return undefined
  const host = text.toLowerCase()
  const problem = hostProblem(host)
  if (problem !== undefined) {
    field.fail('host-invalid', `"${text}" ${problem}`)
    return undefined
  }
  if (host !== text)
    field.warn(
      'host-case',
      `"${text}" has upper-case letters; it is served as "${host}", a cluster refuses it`,
    )
  return field.located(host)
}
