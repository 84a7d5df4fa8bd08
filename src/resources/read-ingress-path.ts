// The paths of an Ingress rule, checked as the API server does (networking/v1 HTTPIngressPath).
import type { Field } from '../diagnostics/field.ts'
import type { IngressPath, PathType } from './ingress.ts'
import { type ApiGeneration, readBackend } from './read-ingress-backend.ts'

const pathFields = new Set(['path', 'pathType', 'backend'])
const pathTypes = ['Exact', 'Prefix', 'ImplementationSpecific'] as const satisfies readonly PathType[]

/** Reads the paths of a rule; those that can not be served are reported and left out. A rule without any fails. */
export function readPaths(field: Field, generation: ApiGeneration): readonly IngressPath[] {
  const elements = field.elements()
  if (elements.length === 0 && !field.failed) field.fail('field-missing', 'has no path')
  return elements.flatMap(element => readPath(element.unit('this path is not served'), generation) ?? [])
}

function readPath(element: Field, generation: ApiGeneration): IngressPath | undefined {
  if (!element.hasFields(pathFields)) return undefined
  const pathType = readPathType(element.get('pathType'), generation)
  const path = readPathText(element.get('path'), pathType, generation)
  const backend = readBackend(element.get('backend'), generation)
  if (element.failed || backend === undefined) return undefined
  return { place: element.place, path, pathType, backend }
}

/** Required in v1; both betas have ImplementationSpecific as the default. */
function readPathType(field: Field, generation: ApiGeneration): PathType {
  const pathType = field.oneOf(pathTypes)
  if (!field.present && generation === 'v1') {
    field.warn(
      'path-type-missing',
      'is missing; the path is served as ImplementationSpecific, a cluster refuses it',
    )
  }
  return pathType ?? 'ImplementationSpecific'
}

function readPathText(field: Field, pathType: PathType, generation: ApiGeneration): string {
  const path = field.string()
  if (path === undefined || path === '') {
    if (pathType !== 'ImplementationSpecific' && generation === 'v1' && !field.failed) {
      field.warn(
        'path-invalid',
        `is empty; it is served as "/", a cluster refuses it with pathType ${pathType}`,
      )
    }
    return '/'
  }
  const problem = pathProblem(path, pathType)
  if (problem !== undefined) field.fail('path-invalid', `"${path}" ${problem}`)
  return path
}

/** Sequences that normalisation removes, so that an Exact or Prefix path with one would never match a request. */
const unmatchable = ['//', '/./', '/../', '%2f', '%2F']

function pathProblem(path: string, pathType: PathType): string | undefined {
  if (!path.startsWith('/')) return 'does not begin with "/"'
  if (/[\x00-\x1f\x7f]/.test(path)) return 'has control characters, which no request may have'
  if (pathType === 'ImplementationSpecific') return undefined
  const sequence =
    unmatchable.find(part => path.includes(part)) ?? ['/..', '/.'].find(end => path.endsWith(end))
  return sequence === undefined ? undefined : `has "${sequence}", which pathType ${pathType} does not allow`
}
