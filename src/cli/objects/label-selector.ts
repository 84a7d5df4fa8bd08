// Label selectors in kubectl's notation, equality and set based (Kubernetes documentation, "Labels and Selectors").
import { UsageError } from '../usage-error.ts'

/** Whether an object has the labels that are asked for. */
export type LabelSelector = (labels: ReadonlyMap<string, string>) => boolean

type ReadRequirement = (match: RegExpExecArray) => LabelSelector

const key = '([A-Za-z0-9./_-]+)'
const values = '\\(([^()]*)\\)'

/** Form of one requirement and what it asks. A label that is absent differs from every value. */
const requirements: readonly (readonly [RegExp, ReadRequirement])[] = [
  [
    form(`${key}\\s*(?:==|=)\\s*([^=!,()\\s]*)`),
    ([, name, value]) =>
      labels =>
        labels.get(name!) === value,
  ],
  [
    form(`${key}\\s*!=\\s*([^=!,()\\s]*)`),
    ([, name, value]) =>
      labels =>
        labels.get(name!) !== value,
  ],
  [form(`${key}\\s+in\\s*${values}`), ([, name, list]) => isOneOf(name!, list!)],
  [form(`${key}\\s+notin\\s*${values}`), ([, name, list]) => not(isOneOf(name!, list!))],
  [
    form(`!\\s*${key}`),
    ([, name]) =>
      labels =>
        !labels.has(name!),
  ],
  [
    form(key),
    ([, name]) =>
      labels =>
        labels.has(name!),
  ],
]

function form(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`)
}

/** Reads `app=web,tier in (front, back),!legacy`: everything in it has to hold. Throws `UsageError` for what is no selector. */
export function readLabelSelector(text: string): LabelSelector {
  const parts = text
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter(part => part !== '')
  const all = parts.map(part => readRequirement(part))
  return labels => all.every(holds => holds(labels))
}

function readRequirement(text: string): LabelSelector {
  for (const [pattern, read] of requirements) {
    const match = pattern.exec(text)
    if (match !== null) return read(match)
  }
  throw new UsageError(
    `${JSON.stringify(text)} is no label selector; write key=value, key!=value, key, !key, "key in (a,b)" or "key notin (a,b)"`,
  )
}

function isOneOf(name: string, list: string): LabelSelector {
  const wanted = new Set(list.split(',').map(value => value.trim()))
  return labels => {
    const value = labels.get(name)
    return value !== undefined && wanted.has(value)
  }
}

function not(selector: LabelSelector): LabelSelector {
  return labels => !selector(labels)
}

/** `app=web,tier=front` by key, `<none>` for no labels: as kubectl shows labels and selectors. */
export function formatLabels(labels: Iterable<readonly [string, string]>): string {
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([name, value]) => `${name}=${value}`).join(',') || '<none>'
}
