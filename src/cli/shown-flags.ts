// The flags in force as the admin port shows them. The token is none of them: it has no flag of its own; credentials in URLs are left
// out by the API.
import { withoutCredentials } from '../diagnostics/without-credentials.ts'

/** By name without dashes, values in words; those that were not given and have no default are left out. */
export function shownFlags(flags: object): Record<string, string> {
  const shown = Object.entries(flags).flatMap(([name, value]): [string, string][] => {
    const text = wordsOf(value)
    return text === undefined ? [] : [[dashed(name), text]]
  })
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function wordsOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(wordsOf).join(', ')
  if (typeof value !== 'object' || value === null) return withoutCredentials(String(value))
  const fields = value as Readonly<Record<string, unknown>>
  // `ns/name`, `host:port`, and what was compiled from a text, which it remembers.
  if (typeof fields.text === 'string') return fields.text
  if (typeof fields.host === 'string') return `${fields.host}:${fields.port}`
  if (typeof fields.service === 'string') return mapWords(fields)
  return typeof fields.name === 'string' ? `${fields.namespace}/${fields.name}` : 'set'
}

function mapWords({
  namespace,
  service,
  port,
  address,
  endpointPort,
}: Readonly<Record<string, unknown>>): string {
  const inNamespace = namespace === undefined ? '' : `${namespace}/`
  return `${inNamespace}${service}${port === undefined ? '' : `:${port}`}=${address}:${endpointPort}`
}
