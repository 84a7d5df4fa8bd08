// `portico annotations`: what each annotation does here, or why it does nothing. Derived from the policies themselves.
import { nearestName } from '../diagnostics/nearest-name.ts'
import { everyPolicy } from '../policies/all.ts'
import { type AnySetting, nginxPrefix } from '../policies/define-policy.ts'
import { plannedAnnotations } from '../policies/planned-annotations.ts'
import { renderColumns } from './columns.ts'
import { UsageError } from './usage-error.ts'

interface AnnotationRow {
  /** Full key. */
  readonly annotation: string
  /** `implemented`, or why it has no effect in one word. */
  readonly status: string
  readonly type: string
  readonly default: string
  readonly doc: string
}

/** Prints the whole ledger, or one annotation in full; gives 0. Throws `UsageError` for an unknown name. */
export function annotations(name: string | undefined): number {
  const rows = annotationRows()
  const lines = name === undefined ? renderLedger(rows) : renderOne(find(rows, name))
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}

function annotationRows(): AnnotationRow[] {
  const implemented = everyPolicy
    .flatMap(policy => Object.values<AnySetting>(policy.settings))
    .flatMap(setting =>
      setting.annotation === undefined ? [] : [{ ...setting, annotation: setting.annotation }],
    )
    .map(setting => ({
      annotation: setting.annotation,
      status: 'implemented',
      type: setting.type,
      default: renderDefault(setting),
      doc: setting.doc,
    }))
  const others = [...plannedAnnotations].map(([annotation, { status, reason }]) => ({
    annotation,
    status,
    type: '-',
    default: '-',
    doc: reason,
  }))
  return [...sortByName(implemented), ...sortByName(others)]
}

function sortByName(rows: readonly AnnotationRow[]): AnnotationRow[] {
  return rows.toSorted((a, b) => (a.annotation < b.annotation ? -1 : 1))
}

function renderLedger(rows: readonly AnnotationRow[]): string[] {
  const cells = rows.map(row => [
    shortName(row.annotation),
    row.status,
    row.type,
    row.default,
    firstSentence(row.doc),
  ])
  return renderColumns(['ANNOTATION', 'STATUS', 'TYPE', 'DEFAULT', 'MEANING'], cells)
}

function renderOne(row: AnnotationRow): string[] {
  return [
    row.annotation,
    `  status   ${row.status}`,
    `  type     ${row.type}`,
    `  default  ${row.default}`,
    `  ${row.doc}`,
  ]
}

function find(rows: readonly AnnotationRow[], name: string): AnnotationRow {
  const row = rows.find(({ annotation }) => annotation === name || shortName(annotation) === name)
  if (row !== undefined) return row
  const nearest = nearestName(
    shortName(name),
    rows.map(({ annotation }) => shortName(annotation)),
  )
  throw new UsageError(
    `no annotation "${name}" is known${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
  )
}

/** Without ingress-nginx's prefix; Portico's own stays, as it is part of the name people write. */
function shortName(annotation: string): string {
  return annotation.startsWith(nginxPrefix) ? annotation.slice(nginxPrefix.length) : annotation
}

function renderDefault({ type, default: value }: AnySetting): string {
  if (value === undefined || value === '') return '-'
  if (Array.isArray(value)) return value.join(' ')
  if (type === 'seconds') return `${Number(value) / 1000}`
  return type === 'size' ? renderSize(Number(value)) : String(value)
}

function renderSize(bytes: number): string {
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576}m`
  return bytes % 1024 === 0 ? `${bytes / 1024}k` : `${bytes}`
}

function firstSentence(doc: string): string {
  return /^.*?\.(?= |$)/.exec(doc)?.[0] ?? doc
}
