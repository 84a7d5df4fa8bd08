// The arguments of `get` and `describe`, in kubectl's forms, and the objects of a snapshot they mean.
import { existsSync } from 'node:fs'
import { nearestName } from '../../diagnostics/nearest-name.ts'
import type { Resource } from '../../resources/resource.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import { UsageError } from '../usage-error.ts'
import { type KindNames, qualifiedPlural, readKind, readKinds } from './kinds.ts'
import type { LabelSelector } from './label-selector.ts'

/** Objects of one kind. */
export interface WantedObjects {
  readonly kind: KindNames
  /** `undefined`: all of them. */
  readonly names: readonly string[] | undefined
}

/** Where and among which objects to look. */
export interface ObjectScope {
  /** `undefined`: in all namespaces. */
  readonly namespace: string | undefined
  readonly selector: LabelSelector | undefined
  /** Whether `web` also means `web-2`, where no object is named just so. */
  readonly takesPrefixes: boolean
}

/** What was found of one kind, and what is to be said about names that were not. */
export interface FoundObjects {
  readonly kind: KindNames
  readonly objects: readonly Resource[]
  /** Lines for standard error. */
  readonly problems: readonly string[]
}

/** Reads `KIND[,KIND…] [NAME…]` or `KIND/NAME…`. Throws `UsageError` for anything else. */
export function readWanted(words: readonly string[]): readonly WantedObjects[] {
  const [first = '', ...rest] = words
  if (first.includes('/')) return readPairs(words)
  const pair = rest.find(word => word.includes('/'))
  if (pair !== undefined) throw new UsageError(mixedForms(pair))
  const names = rest.length === 0 ? undefined : [...new Set(rest)]
  return readKinds(first).map(kind => ({ kind, names }))
}

function readPairs(words: readonly string[]): readonly WantedObjects[] {
  const names = new Map<KindNames, string[]>()
  for (const word of words) {
    const [kindText = '', name = '', ...more] = word.split('/')
    if (kindText === '' || name === '' || more.length > 0) throw new UsageError(mixedForms(word))
    const kind = readKind(kindText)
    const known = names.get(kind)
    if (known === undefined) names.set(kind, [name])
    else if (!known.includes(name)) known.push(name)
  }
  return [...names].map(([kind, list]) => ({ kind, names: list }))
}

function mixedForms(word: string): string {
  if (existsSync(word)) return `${word} is a path: manifests are given with -f ${word}`
  return `${JSON.stringify(word)} does not fit: write KIND NAME..., or KIND/NAME for each`
}

/** The objects that are meant, by namespace and name; names in the order they were given. */
export function findObjects(
  { kind, names }: WantedObjects,
  resources: ResourceSet,
  scope: ObjectScope,
): FoundObjects {
  const all = kind.listIn(resources)
  const isInScope = ({ meta }: Resource) =>
    !kind.namespaced || scope.namespace === undefined || meta.namespace === scope.namespace
  const candidates = all.filter(isInScope).sort(byName)
  const isSelected = ({ meta }: Resource) => scope.selector?.(meta.labels) ?? true
  if (names === undefined) return { kind, objects: candidates.filter(isSelected), problems: [] }
  const found = names.map(name => ({ name, objects: findNamed(name, candidates, scope.takesPrefixes) }))
  return {
    kind,
    objects: [...new Set(found.flatMap(({ objects }) => objects))].filter(isSelected),
    problems: found
      .filter(({ objects }) => objects.length === 0)
      .flatMap(({ name }) => notFound(name, kind, candidates, all)),
  }
}

function findNamed(
  name: string,
  candidates: readonly Resource[],
  takesPrefixes: boolean,
): readonly Resource[] {
  const exact = candidates.filter(({ meta }) => meta.name === name)
  if (exact.length > 0 || !takesPrefixes) return exact
  return candidates.filter(({ meta }) => meta.name.startsWith(name))
}

function byName({ meta: a }: Resource, { meta: b }: Resource): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** kubectl's line, and what may have been meant. */
function notFound(
  name: string,
  kind: KindNames,
  candidates: readonly Resource[],
  all: readonly Resource[],
): string[] {
  const line = `Error from server (NotFound): ${qualifiedPlural(kind)} ${JSON.stringify(name)} not found`
  const hint = hintFor(name, candidates, all)
  return hint === undefined ? [line] : [line, hint]
}

function hintFor(
  name: string,
  candidates: readonly Resource[],
  all: readonly Resource[],
): string | undefined {
  const elsewhere = all.filter(({ meta }) => meta.name === name).map(({ meta }) => meta.namespace)
  if (elsewhere.length > 0) return `there is one in namespace ${elsewhere.join(', ')}: add -n ${elsewhere[0]}`
  if (existsSync(name)) return `${name} is a path: manifests are given with -f ${name}`
  const nearest = nearestName(
    name,
    candidates.map(({ meta }) => meta.name),
  )
  return nearest === undefined ? undefined : `did you mean ${JSON.stringify(nearest)}?`
}
