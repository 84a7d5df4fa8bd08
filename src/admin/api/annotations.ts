// `/api/annotations`: the ledger, with where the manifests that serve use its names.
import { type Use, usedNames } from '../../compat/used-annotations.ts'
import type { CompiledFrom } from '../../compile/compilation.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import { annotationLedger, configLedger, type LedgerEntry } from '../../policies/ledger/ledger.ts'
import type { AdminSources } from '../sources.ts'
import { holdsWords } from './question.ts'
import type { AnnotationList, AnnotationView } from './types.ts'

/** Places of one name that are shown; the finding and `portico annotations --used` name all. */
const shownPlaces = 20

/** Worked out once for each table. */
const known = new WeakMap<CompiledFrom, readonly AnnotationView[]>()

/** The answer to `/api/annotations`: `used`, `q`. */
export function annotationList(query: URLSearchParams, { from }: AdminSources): AnnotationList {
  const compiled = from()
  const views = known.get(compiled) ?? annotationViews(compiled)
  known.set(compiled, views)
  const annotations = views.filter(
    ({ uses, name, meaning }) =>
      (!query.has('used') || uses > 0) && holdsWords([name, meaning], query.get('q')),
  )
  return { annotations }
}

/** Annotations by name, then keys of the ConfigMap, then names in use that nobody knows. */
function annotationViews({ resources, globals }: CompiledFrom): readonly AnnotationView[] {
  const configMap = globals.configMap?.meta
  const uses = usedNames({ resources, ingresses: resources.ingresses, options: { configMap } })
  const byName = new Map(uses.map(use => [`${use.on} ${use.name}`, use]))
  const take = (on: Use['on'], name: string) => {
    const use = byName.get(`${on} ${name}`)
    byName.delete(`${on} ${name}`)
    return use
  }
  return [
    ...annotationLedger().map(entry => ledgerView(entry, take('annotation', entry.name))),
    ...configLedger().map(entry => ledgerView(entry, take('ConfigMap key', entry.name))),
    ...[...byName.values()].map(unknownView),
  ]
}

function ledgerView(entry: LedgerEntry, use: Use | undefined): AnnotationView {
  const { name, on, status, policy, type, default: usual, meaning, differs, instead } = entry
  return { name, on, status, policy, type, default: usual, meaning, differs, instead, ...usesOf(use) }
}

function unknownView(use: Use): AnnotationView {
  const { name, on, status, remark } = use
  const nothing = { policy: '', type: '', default: '', differs: '', instead: '' }
  return { name, on, status, ...nothing, meaning: remark, ...usesOf(use) }
}

function usesOf(use: Use | undefined): Pick<AnnotationView, 'uses' | 'places'> {
  const places = (use?.places ?? []).slice(0, shownPlaces).map(place => placeText(place)!)
  return { uses: use?.count ?? 0, places }
}
