// `portico annotations`: what becomes of each annotation and ConfigMap key here, or why nothing does. Read from the ledger.
import type { UseStatus } from '../../compat/used-annotations.ts'
import { nearestName } from '../../diagnostics/nearest-name.ts'
import { nginxPrefix, porticoPrefix } from '../../policies/define-policy.ts'
import { editorSchemas } from '../../policies/ledger/editor-schemas.ts'
import { foreignReaderOf } from '../../policies/ledger/foreign-annotations.ts'
import {
  annotationLedger,
  configLedger,
  countStatuses,
  type LedgerEntry,
  shortName,
  statusMeanings,
} from '../../policies/ledger/ledger.ts'
import { replacementOfDirective } from '../../policies/ledger/snippet-directives.ts'
import { renderColumns } from '../columns.ts'
import { renderPlain } from '../objects/plain-formats.ts'
import { UsageError } from '../usage-error.ts'

/** Values of the flags of `annotations`. */
export interface AnnotationsFlags {
  readonly output: 'text' | 'wide' | 'json' | 'yaml'
  readonly schema: keyof typeof editorSchemas | undefined
  readonly status: UseStatus | undefined
}

/**
 * Prints the schema that is asked for, the whole ledger of annotations, or one name in full, which may also be a key of the
 * ConfigMap; gives 0. Throws `UsageError` for an unknown name.
 */
export function annotations(name: string | undefined, { output, schema, status }: AnnotationsFlags): number {
  if (schema !== undefined) {
    process.stdout.write(`${JSON.stringify(editorSchemas[schema](), null, 2)}\n`)
    return 0
  }
  const all = name === undefined ? annotationLedger() : find(name)
  const entries = status === undefined ? all : all.filter(entry => entry.status === status)
  process.stdout.write(render(entries, name === undefined, output))
  if (entries.length === 0) process.stderr.write(`no annotation is ${status}\n`)
  return 0
}

function render(
  entries: readonly LedgerEntry[],
  isWhole: boolean,
  output: AnnotationsFlags['output'],
): string {
  if (output === 'json') return `${JSON.stringify(entries, null, 2)}\n`
  if (output === 'yaml') return renderPlain(entries, 'yaml')
  const lines = isWhole ? renderLedger(entries, output === 'wide') : entries.flatMap(renderOne)
  return lines.map(line => `${line}\n`).join('')
}

/** `wide`: nothing is cut. */
function renderLedger(entries: readonly LedgerEntry[], wide: boolean): string[] {
  if (entries.length === 0) return []
  const cells = entries.map(entry => {
    const meaning = entry.differs || entry.meaning
    const short = [cut(entry.default) || '-', firstSentence(meaning)]
    const full = [
      entry.default || '-',
      entry.on,
      entry.twin || '-',
      [meaning, entry.instead].join(' ').trim(),
    ]
    return [shortName(entry.name), entry.status, entry.type || '-', ...(wide ? full : short)]
  })
  const counts = [...countStatuses(entries)].map(
    ([status, count]) => `${String(count).padStart(5)} ${status}: ${statusMeanings[status]}`,
  )
  const more = wide ? ['WRITTEN ON', 'CONFIGMAP'] : []
  const header = ['ANNOTATION', 'STATUS', 'TYPE', 'DEFAULT', ...more, 'MEANING, OR HOW IT DIFFERS']
  return [...renderColumns(header, cells), '', `${entries.length} annotations, of which are`, ...counts]
}

function renderOne(entry: LedgerEntry): string[] {
  const twin = entry.on === 'ConfigMap' ? 'annotation' : 'ConfigMap'
  const facts: readonly (readonly [string, string])[] = [
    ['status', `${entry.status}: ${statusMeanings[entry.status]}`],
    ['written on', entry.on],
    ['type', entry.type],
    ['default', entry.default],
    [twin, entry.twin],
    ['bad value', entry.badValue],
    ['differs', entry.differs],
    ['instead', entry.instead],
  ]
  const shown = facts.filter(([, text]) => text !== '')
  return [entry.name, ...shown.map(([label, text]) => `  ${label.padEnd(12)}${text}`), `  ${entry.meaning}`]
}

function find(name: string): LedgerEntry[] {
  const entries = [...annotationLedger(), ...configLedger()]
  const names = [name, nginxPrefix + name, porticoPrefix + name]
  const found = entries.filter(entry => names.includes(entry.name))
  if (found.length > 0) return found
  throw new UsageError(`no annotation "${name}" is known${suggest(name, entries)}`)
}

function suggest(name: string, entries: readonly LedgerEntry[]): string {
  const reader = foreignReaderOf(name)
  if (reader !== undefined) return `; it speaks to another controller (${reader})`
  const short = shortName(name)
  const replacement = replacementOfDirective(short.replaceAll('-', '_'))
  if (replacement !== undefined) return `; write ${replacement}`
  const nearest = nearestName(
    short,
    entries.map(entry => shortName(entry.name)),
  )
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text
}

function cut(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text
}
