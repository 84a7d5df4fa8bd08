// metadata → ObjectMeta, for every kind alike. Fields of metadata that a proxy has no use for are not looked at.
import type { Field } from '../diagnostics/field.ts'
import type { Located, Place } from '../diagnostics/place.ts'
import { labelProblem } from './dns-names.ts'
import type { ObjectMeta } from './object-meta.ts'

/** How a kind's objects are named. */
export interface Naming {
  readonly clusterScoped: boolean
  /** What is wrong with a name, as in dns-names.ts. */
  nameProblem(name: string): string | undefined
  /** The object is of no use without its annotations, which may guard access; else they are ignored when they are no mapping. */
  readonly needsAnnotations?: boolean
}

/** What a map of strings holds. */
interface Strings {
  readonly strings: ReadonlyMap<string, Located<string>>
  /** Where the values stand that are lists or mappings. */
  readonly others: ReadonlyMap<string, Place>
}

/** Reads metadata of an object (meta/v1 ObjectMeta). `undefined` when it has no name; the object has failed then. */
export function readMeta(object: Field, naming: Naming): ObjectMeta | undefined {
  const metadata = object.get('metadata')
  const name = metadata.get('name').requiredString()
  if (name === undefined) return undefined
  checkName(metadata.get('name'), name, naming.nameProblem)
  const written = metadata.get('annotations')
  if (naming.needsAnnotations && (object.repeats('metadata') || metadata.repeats('annotations')))
    written.fail('duplicate-key', 'are there twice, and the first may have guarded it')
  const annotations = readStrings(naming.needsAnnotations ? written : written.unit('annotations are ignored'))
  warnAboutLength(written, annotations.strings)
  return {
    name,
    namespace: naming.clusterScoped ? '' : readNamespace(metadata.get('namespace')),
    labels: new Map(
      [...readStrings(metadata.get('labels').unit('labels are ignored')).strings].map(([key, { value }]) => [
        key,
        value,
      ]),
    ),
    annotations: annotations.strings,
    annotationsWithoutText: annotations.others,
    creationTimestampMs: readTimestamp(metadata.get('creationTimestamp').unit('it is ignored')),
    place: object.place,
  }
}

/** What the API server takes of the keys and values of an object's annotations, in bytes. */
const maxAnnotationBytes = 256 * 1024

function warnAboutLength(field: Field, annotations: Strings['strings']): void {
  let bytes = 0
  for (const [key, { value }] of annotations) bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  if (bytes <= maxAnnotationBytes) return
  field.warn(
    'annotations-too-long',
    `have ${bytes} bytes in all; they are read, a cluster takes ${maxAnnotationBytes} and refuses the object`,
  )
}

function readNamespace(field: Field): string {
  const namespace = field.string()
  if (namespace === undefined || namespace === '') return 'default'
  checkName(field, namespace, labelProblem)
  return namespace
}

/** RFC 3339, as the API server writes it. */
function readTimestamp(field: Field): number | undefined {
  const text = field.string()
  if (text === undefined) return undefined
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(ms)) return ms
  field.warn('field-value', `is "${text}", which is no RFC 3339 time; it is ignored, a cluster refuses it`)
  return undefined
}

/** A map of strings, such as annotations or the data of a ConfigMap; entries that are no string are reported and left out. */
export function readStrings(field: Field): Strings {
  const strings = new Map<string, Located<string>>()
  const others = new Map<string, Place>()
  for (const [key, entry] of field.entries()) {
    const value = entry.unit('it is left out').string()
    if (value !== undefined) strings.set(key, entry.located(value))
    else if (entry.present) others.set(key, entry.place)
  }
  return { strings, others }
}

/**
 * A name that is used even if it breaks the rules, with a warning; unless it could end a line: names go into logs and header
 * fields.
 */
export function checkName(field: Field, name: string, problemOf: Naming['nameProblem']): void {
  const problem = problemOf(name)
  if (/[\x00-\x1f\x7f]/.test(name)) return field.fail('name-invalid', `"${name}" has control characters`)
  if (problem !== undefined)
    field.warn('name-invalid', `"${name}" ${problem}; it is used as it is, a cluster refuses it`)
}
