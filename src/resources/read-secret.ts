// Secret objects (core/v1) → Secret. No message ever shows a value.
import type { Field } from '../diagnostics/field.ts'
import { subdomainProblem } from './dns-names.ts'
import { readMeta } from './read-meta.ts'
import type { Secret } from './secret.ts'

const objectFields = new Set(['apiVersion', 'kind', 'metadata', 'type', 'data', 'stringData', 'immutable'])

/** Reads a Secret. Entries that are no base64 are reported and left out; `stringData` wins over `data`, as in the API. */
export function readSecret(object: Field): Secret | undefined {
  const meta = readMeta(object, { clusterScoped: false, nameProblem: subdomainProblem })
  object.hasFields(objectFields)
  const type = object.get('type').unit('it is treated as Opaque').string() || 'Opaque'
  const data = new Map<string, { bytes: Buffer; place: Field['place'] }>()
  for (const [key, entry] of object.get('data').entries()) {
    const bytes = readBase64(entry.unit('this entry is left out'))
    if (bytes !== undefined) data.set(key, { bytes, place: entry.place })
  }
  for (const [key, entry] of object.get('stringData').entries()) {
    const text = entry.unit('this entry is left out').string()
    if (text !== undefined) data.set(key, { bytes: Buffer.from(text), place: entry.place })
  }
  if (object.failed || meta === undefined) return undefined
  if (type === 'kubernetes.io/tls') warnAboutMissingPair(object, data)
  return { kind: 'Secret', meta, type, data }
}

/** What the API server requires of the type; an Ingress that uses the Secret is reported on its own. */
function warnAboutMissingPair(object: Field, data: ReadonlyMap<string, unknown>): void {
  const missing = ['tls.crt', 'tls.key'].filter(key => !data.has(key))
  if (missing.length === 0) return
  object.warn(
    'field-missing',
    `has no usable ${missing.join(' and ')}, which type kubernetes.io/tls needs; a cluster refuses it`,
  )
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Standard base64 with padding; line breaks are skipped (RFC 4648, section 4, as the API server decodes it). */
function readBase64(field: Field): Buffer | undefined {
  const text = field.string()?.replace(/[\r\n]/g, '')
  if (text === undefined) return undefined
  if (text.length % 4 === 0 && base64.test(text)) return Buffer.from(text, 'base64')
  field.fail('data-invalid', 'is not valid base64 (plain text belongs into stringData)')
  return undefined
}
