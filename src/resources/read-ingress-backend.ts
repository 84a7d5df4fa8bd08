// The backend of a path or Ingress in the forms of both API generations (networking/v1 IngressBackend and its betas).
import type { Field } from '../diagnostics/field.ts'
import { portNameProblem, serviceNameProblem } from './dns-names.ts'
import type { IngressBackend, ServiceBackend, ServicePortReference } from './ingress.ts'
import { checkName } from './read-meta.ts'

/** `v1`: networking.k8s.io/v1; `beta`: networking.k8s.io/v1beta1 and extensions/v1beta1. */
export type ApiGeneration = 'v1' | 'beta'

const backendFields = new Set(['service', 'resource', 'serviceName', 'servicePort'])
const serviceFields = new Set(['name', 'port'])
const portFields = new Set(['number', 'name'])
const resourceFields = new Set(['apiGroup', 'kind', 'name'])

/** Reads a backend. Forms of the other generation are understood with a warning. `undefined`: its unit has failed. */
export function readBackend(backend: Field, generation: ApiGeneration): IngressBackend | undefined {
  if (!backend.hasFields(backendFields)) return undefined
  const service = backend.get('service')
  const isBeta = backend.get('serviceName').present || backend.get('servicePort').present
  const forms = Number(service.present) + Number(backend.get('resource').present) + Number(isBeta)
  if (forms !== 1) {
    backend.fail('backend-invalid', forms === 0 ? 'names no service' : 'names more than one backend')
    return undefined
  }
  if (!backend.get('resource').present) warnAboutGeneration(backend, isBeta ? 'beta' : 'v1', generation)
  const read = isBeta ? readBetaService(backend) : service.present ? readService(service) : undefined
  const resource = readResource(backend.get('resource'))
  if (backend.failed) return undefined
  return { place: backend.place, service: read, resource }
}

function warnAboutGeneration(backend: Field, written: ApiGeneration, own: ApiGeneration): void {
  if (written === own) return
  const [found, expected] =
    own === 'v1'
      ? ['serviceName and servicePort of v1beta1', 'service.name and service.port']
      : ['service of v1', 'serviceName and servicePort']
  backend.warn('api-version-mixed', `uses ${found}; it is read, a cluster refuses it: write ${expected}`)
}

function readService(service: Field): ServiceBackend | undefined {
  if (!service.hasFields(serviceFields)) return undefined
  const name = readServiceName(service.get('name'))
  const port = readPort(service.get('port'))
  return name === undefined || port === undefined ? undefined : { name, port }
}

/** Exactly one of `number` and `name`. */
function readPort(port: Field): ServicePortReference | undefined {
  if (port.isInteger) {
    port.fail('field-type', 'must be a mapping: write "port: { number: … }"')
    return undefined
  }
  if (!port.hasFields(portFields)) return undefined
  const number = port.get('number')
  const name = port.get('name')
  if (number.present === name.present) {
    port.fail('backend-invalid', number.present ? 'has both number and name' : 'has neither number nor name')
    return undefined
  }
  if (name.present) return readPortName(name)
  if (number.isName) {
    number.fail('field-type', 'must be a whole number but is a name: write "name: …" for that')
    return undefined
  }
  const value = number.integer(1, 65535)
  return value === undefined ? undefined : { number: value }
}

function readBetaService(backend: Field): ServiceBackend | undefined {
  const name = readServiceName(backend.get('serviceName'))
  const port = backend.get('servicePort')
  if (!port.isInteger) {
    const reference = readPortName(port)
    return name === undefined || reference === undefined ? undefined : { name, port: reference }
  }
  const number = port.integer(1, 65535)
  return name === undefined || number === undefined ? undefined : { name, port: { number } }
}

function readServiceName(field: Field): string | undefined {
  const name = field.requiredString()
  if (name !== undefined) checkName(field, name, serviceNameProblem)
  return name
}

function readPortName(field: Field): ServicePortReference | undefined {
  const name = field.requiredString()
  if (name === undefined) return undefined
  // Digits may stand for a number or name a port; only who knows the Service can say, and reports it.
  if (!/^\d+$/.test(name)) checkName(field, name, portNameProblem)
  return { name }
}

function readResource(field: Field): IngressBackend['resource'] {
  if (!field.present || !field.hasFields(resourceFields)) return undefined
  const kind = field.get('kind').requiredString()
  const name = field.get('name').requiredString()
  return kind === undefined || name === undefined ? undefined : { kind, name }
}
