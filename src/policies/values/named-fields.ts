// Header fields that a ConfigMap holds: each key a name, each value a value.
import { uneditableFields } from '../field-edits.ts'
import { type Found, type ObjectName, parseObjectName } from '../references.ts'
import { nginxSetting, quote, type SettingText } from '../setting-types.ts'
import { parseVariables, type VariableText } from './variables.ts'

/** Field names and values (bytes as Latin-1). */
export type Fields = readonly (readonly [name: string, value: string])[]

/** Field names and values with variables. */
export type VariableFields = readonly (readonly [name: string, value: VariableText])[]

/** A ConfigMap and the fields found in it; none until it is looked up. */
export interface NamedFields<F = Fields> extends ObjectName {
  readonly fields: F
}

/** What becomes of a field that can not be read where that closes no route. */
const notSet = 'no such header is set'

/** A setting that names a ConfigMap of fields; `none` is what it holds before that is looked up. */
export function namedFieldsSetting<F>(name: string, none: F, text: Omit<SettingText<undefined>, 'default'>) {
  return nginxSetting<NamedFields<F> | undefined>(
    name,
    'namespace/name',
    { ...text, default: undefined },
    written => {
      const object = parseObjectName(written)
      return object === undefined
        ? { problem: `${quote(written)} is not a name like "namespace/config-map"` }
        : { value: { ...object, fields: none } }
    },
  )
}

/**
 * The entries of a ConfigMap that are fields; `report` hears of the others, in clauses that complete "it …". Only requests have a
 * Host.
 */
export function readFields(
  found: Found<string>,
  report: (problem: string) => void,
  message: 'request' | 'response' = 'response',
): Fields {
  if ('problem' in found) {
    report(found.problem)
    return []
  }
  const fields: (readonly [string, string])[] = []
  for (const [name, written] of found.data) {
    const value = written.trim()
    const problem = problemOf(name, value, message)
    if (problem === undefined) fields.push([name, Buffer.from(value, 'utf8').toString('latin1')])
    else report(problem)
  }
  return fields
}

/** The same for fields whose values may have variables of nginx. What can not be read is not set, which is said. */
export function readVariableFields(
  found: Found<string>,
  report: (problem: string) => void,
  message?: 'request' | 'response',
): VariableFields {
  const fields: (readonly [string, VariableText])[] = []
  const reportUnset = (problem: string) => report(`${problem}; ${notSet}`)
  for (const [name, value] of readFields(found, reportUnset, message)) {
    const text = parseVariables(Buffer.from(value, 'latin1').toString('utf8'))
    if ('problem' in text)
      reportUnset(`names a ConfigMap in which ${quote(name)} has a bad value: ${text.problem}`)
    else fields.push([name, text.value])
  }
  return fields
}

function problemOf(name: string, value: string, message: 'request' | 'response'): string | undefined {
  const lowerName = name.toLowerCase()
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    return `names a ConfigMap in which ${quote(name)} is no header name`
  if (uneditableFields.has(lowerName) && !(lowerName === 'host' && message === 'request'))
    return `names a ConfigMap with ${quote(name)}, a header that says how a message is to be read`
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
    return `names a ConfigMap in which the value of ${quote(name)} has control characters`
  return undefined
}
