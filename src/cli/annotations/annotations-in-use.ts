// `portico annotations --used`: which annotations the manifests use, where, and what becomes of each here.

import { type Use, usedNames } from '../../compat/used-annotations.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import { shortName } from '../../policies/ledger/ledger.ts'
import type { ResourceSet } from '../../resources/resource-set.ts'
import { renderColumns } from '../columns.ts'
import { readSnapshot } from '../compile-once.ts'
import { renderPlain } from '../objects/plain-formats.ts'
import { reportUnread } from '../objects/report-unread.ts'
import type { AnnotationsFlags } from './annotations.ts'

/** Prints the annotations of all Ingresses and Services below `paths`, the most used first; gives 0. */
export async function annotationsInUse(
  paths: readonly string[],
  name: string | undefined,
  flags: AnnotationsFlags,
): Promise<number> {
  const { resources, diagnostics } = await readSnapshot(paths)
  const text = renderUses(resources, name, flags)
  process.stdout.write(text)
  if (text === '') process.stderr.write('no such annotation in use\n')
  reportUnread(diagnostics)
  return 0
}

/** The uses of annotations in `resources`; of one of them where `name` is its full or short name. Empty for a table without rows. */
export function renderUses(
  resources: ResourceSet,
  name: string | undefined,
  { output, status }: Pick<AnnotationsFlags, 'output' | 'status'>,
): string {
  const all = usedNames({ resources, ingresses: resources.ingresses, options: { configMap: undefined } })
  const uses = all.filter(
    use =>
      (name === undefined || use.name === name || shortName(use.name) === name) &&
      (status === undefined || use.status === status),
  )
  const plain = () => uses.map(plainUse)
  if (output === 'json') return `${JSON.stringify(plain(), null, 2)}\n`
  if (output === 'yaml') return renderPlain(plain(), 'yaml')
  if (uses.length === 0) return ''
  const cells = uses.map(use => [shortName(use.name), use.status, String(use.count), placesCell(use, output)])
  return `${renderColumns(['ANNOTATION', 'STATUS', 'OBJECTS', 'WHERE'], cells).join('\n')}\n`
}

function plainUse({ name, status, count, places, remark }: Use): object {
  return { name, status, count, at: places.map(place => placeText(place)), remark }
}

/** The first place and how many more there are; `wide`: all of them. */
function placesCell({ places }: Use, output: 'text' | 'wide'): string {
  const shown = output === 'wide' ? places : places.slice(0, 1)
  const text = shown.map(place => placeText(place)).join(',')
  const more = places.length - shown.length
  return more === 0 ? text : `${text} + ${more} more...`
}
