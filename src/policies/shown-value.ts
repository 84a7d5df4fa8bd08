// What may be shown of a setting's value, as plain JSON. An allow list of shapes: the parts of a value that say what somebody
// wrote are shown, and whatever Secrets and ConfigMaps put beside them is not, whichever policy it belongs to.

import { withoutCredentials } from '../diagnostics/without-credentials.ts'
import { networksOf } from './values/address-set.ts'

/** Plain JSON. */
export type ShownValue = string | number | boolean | null | readonly ShownValue[]

/** Stands for what is not shown. */
const notShown = '(not shown)'

/** A setting's value for people and scripts: `null` for none. Never holds credentials of URLs, or content of other objects. */
export function shownValue(value: unknown): ShownValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : 'unlimited'
  if (typeof value === 'string') return withoutCredentials(value)
  if (Array.isArray(value)) return value.map(shownValue)
  if (value instanceof Set) return [...value].map(shownValue)
  return typeof value === 'object' ? shownObject(value as Readonly<Record<string, unknown>>) : notShown
}

/** A value in words, on one line. */
export function shownText(value: unknown): string {
  return textOf(shownValue(value))
}

function textOf(shown: ShownValue): string {
  if (shown === null) return '-'
  return Array.isArray(shown) ? shown.map(textOf).join(', ') : String(shown)
}

function shownObject(value: Readonly<Record<string, unknown>>): ShownValue {
  for (const show of shapes) {
    const shown = show(value)
    if (shown !== undefined) return shown
  }
  return notShown
}

type Shape = (value: Readonly<Record<string, unknown>>) => ShownValue | undefined

/** The first that knows a value says what is shown of it. */
const shapes: readonly Shape[] = [
  // What was read from a text and keeps it: templates, URLs, texts with variables.
  ({ text }) => (typeof text === 'string' ? withoutCredentials(text) : undefined),
  // Names of objects; what these hold stands beside the name.
  ({ name, namespace, kind }) =>
    typeof name === 'string' && kind === undefined
      ? `${namespace === undefined ? '' : `${String(namespace)}/`}${name}`
      : undefined,
  ({ name }) => (isObject(name) ? shownObject(name) : undefined),
  ({ configMap }) => (isObject(configMap) ? shownObject(configMap) : undefined),
  // Lists of addresses.
  ({ v4, v6 }) =>
    v4 instanceof Uint32Array && v6 instanceof Uint32Array ? networksOf({ v4, v6 }) : undefined,
  // Regexes of block lists.
  ({ pattern, ignoreCase }) =>
    typeof pattern === 'string' ? `${ignoreCase === true ? '~*' : '~'}${pattern}` : undefined,
  // Versions of TLS.
  ({ min, max }) => (typeof min === 'string' && typeof max === 'string' ? `${min} to ${max}` : undefined),
  // How long answers of some statuses are kept.
  ({ statuses, ms }) =>
    Array.isArray(statuses) && typeof ms === 'number'
      ? `${statuses.map(Number).join(' ')} ${ms / 1000}s`
      : undefined,
  // How large heads may be.
  ({ headBytes, targetBytes }) =>
    typeof headBytes === 'number' && typeof targetBytes === 'number'
      ? `${headBytes} bytes, ${targetBytes} of them for the target`
      : undefined,
  // Conditions of requests.
  ({ name, kind, value }) => (typeof kind === 'string' ? conditionText(name, kind, value) : undefined),
  // Origins of CORS.
  ({ any, exact, wildcards }) =>
    exact instanceof Set && Array.isArray(wildcards) ? originsOf(any === true, exact, wildcards) : undefined,
]

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

const conditionForms: Readonly<Record<string, (name: string, value: string) => string>> = {
  present: name => name,
  absent: name => `!${name}`,
  equal: (name, value) => `${name}=${value}`,
  regex: (name, value) => `${name}=~${value}`,
}

function conditionText(name: unknown, kind: string, value: unknown): string | undefined {
  return conditionForms[kind]?.(String(name), String(value))
}

function originsOf(any: boolean, exact: ReadonlySet<string>, wildcards: readonly object[]): ShownValue {
  if (any) return ['*']
  const around = (wildcards as readonly { readonly before: string; readonly after: string }[]).map(
    ({ before, after }) => `${before}*${after}`,
  )
  return [...exact, ...around]
}
