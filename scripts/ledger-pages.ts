// docs/annotations.md and docs/configmap.md as text, made from the ledger. Writes nothing.
import { everyPolicy } from '../src/policies/all.ts'
import { foreignPrefixes } from '../src/policies/ledger/foreign-annotations.ts'
import {
  annotationLedger,
  configLedger,
  countStatuses,
  type LedgerEntry,
  type LedgerStatus,
  ledgerStatuses,
  shortName,
  statusMeanings,
} from '../src/policies/ledger/ledger.ts'

/** Name below `docs/` → text. */
export function renderLedgerPages(): ReadonlyMap<string, string> {
  return new Map([
    ['annotations.md', renderAnnotations()],
    ['configmap.md', renderConfigMap()],
  ])
}

const generated = '<!-- Made by `npm run docs` from the policies in src/policies. Edit those. -->'

function renderAnnotations(): string {
  const entries = annotationLedger()
  return page([
    '# Annotations',
    generated,
    `Every annotation of ingress-nginx (\`nginx.ingress.kubernetes.io/\`, left out below), and those Portico adds (\`portico/\`). \`portico annotations NAME\` shows one, \`portico check\` says what becomes of yours. An empty value means that the annotation is absent; a value with a line break is refused. Names that are not obeyed are reported unless their value asks for what happens anyway, such as a switch that is off. Defaults for all Ingresses come from the [ConfigMap](configmap.md).`,
    statusList(entries),
    '## By name',
    nameTable('Annotation', entries),
    ...policySections(entries, 'Annotation', 'ConfigMap key'),
    ...withoutEffectSections(entries, 'Annotation'),
    "## Other controllers' annotations",
    `What begins with one of these speaks to somebody else and is reported as a note: ${foreignPrefixes.map(prefix => `\`${prefix}\``).join(', ')}. Annotations with any other prefix are none of Portico's business.`,
  ])
}

function renderConfigMap(): string {
  const entries = configLedger()
  return page([
    '# ConfigMap',
    generated,
    '`portico run --config-map NAMESPACE/NAME` reads the ConfigMap that ingress-nginx reads, from the manifests, and follows its changes. A key gives the default for all Ingresses; an annotation on an Ingress overrides it. Unknown keys and bad values are reported with file and line; so are keys that are not obeyed, unless their value asks for what happens anyway. A guard in it that can not be obeyed closes all routes with 503, except those of Ingresses that set the same themselves.',
    statusList(entries),
    '## By name',
    nameTable('Key', entries),
    ...policySections(entries, 'Key', 'Annotation'),
    ...withoutEffectSections(entries, 'Key'),
  ])
}

function page(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}

function statusList(entries: readonly LedgerEntry[]): string {
  const counts = countStatuses(entries)
  return [...counts]
    .map(([status, count]) => `- **${status}** (${count}): ${statusMeanings[status]}`)
    .join('\n')
}

function nameTable(title: string, entries: readonly LedgerEntry[]): string {
  return table(
    [title, 'Status', 'In'],
    entries.map(entry => [`\`${shortName(entry.name)}\``, entry.status, link(sectionOf(entry))]),
  )
}

function policySections(entries: readonly LedgerEntry[], title: string, twin: string): string[] {
  const order = ['endpoints', ...everyPolicy.map(({ name }) => name)]
  return order.flatMap(policy => {
    const own = entries.filter(entry => entry.policy === policy)
    if (own.length === 0) return []
    const doc =
      everyPolicy.find(({ name }) => name === policy)?.doc ?? 'Where the endpoints of a Service are.'
    return [
      `## ${policyTitle(policy)}`,
      plain(doc),
      table(
        [title, 'Type', 'Default', twin, 'Meaning'],
        own.map(entry => [
          `\`${shortName(entry.name)}\`${entry.on.includes('Service') ? ` (on ${entry.on})` : ''}`,
          plain(entry.type),
          entry.default === '' ? '–' : code(entry.default),
          entry.twin === '' ? '–' : `\`${shortName(entry.twin)}\``,
          meaningOf(entry),
        ]),
      ),
    ]
  })
}

function meaningOf({ meaning, differs, badValue }: LedgerEntry): string {
  const parts = [plain(meaning)]
  if (differs !== '') parts.push(`**Differs:** ${plain(differs)}`)
  if (badValue !== 'its default is used') parts.push(`*A bad value: ${plain(badValue)}.*`)
  return parts.join(' ')
}

const withoutEffectTitles: Partial<Record<LedgerStatus, string>> = {
  planned: 'Planned',
  refused: 'Refused',
  elsewhere: 'Elsewhere',
  ignored: 'Ignored',
  legacy: 'Legacy',
}

function withoutEffectSections(entries: readonly LedgerEntry[], title: string): string[] {
  return ledgerStatuses.flatMap(status => {
    const heading = withoutEffectTitles[status]
    const own = entries.filter(entry => entry.status === status)
    if (heading === undefined || own.length === 0) return []
    const rows = own.map(({ name, meaning, instead }) => [
      `\`${shortName(name)}\``,
      plain(meaning),
      instead === '' ? '–' : plain(instead),
    ])
    return [`## ${heading}`, table([title, 'Why', 'Instead'], rows)]
  })
}

function sectionOf({ policy, status }: LedgerEntry): string {
  return policy === '' ? withoutEffectTitles[status]! : policyTitle(policy)
}

function link(title: string): string {
  return `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`
}

const acronyms = new Set(['cors', 'hsts', 'http', 'ip', 'ssl', 'tls', 'uri', 'url'])

/** `sslRedirect` → `SSL redirect`. */
function policyTitle(policy: string): string {
  if (policy === 'opentelemetry') return 'OpenTelemetry'
  const words = policy.split(/(?=[A-Z])/).map(word => word.toLowerCase())
  const title = words.map(word => (acronyms.has(word) ? word.toUpperCase() : word)).join(' ')
  return `${title[0]!.toUpperCase()}${title.slice(1)}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text as Markdown that means nothing but itself, on one line of a table; what stands in backquotes is code. */
function plain(text: string): string {
  const parts = text.replace(/\s+/g, ' ').split('`')
  // Backquotes that have no partner are no code.
  if (parts.length % 2 === 0) return escapeMarkdown(text)
  return parts.map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : code(part))).join('')
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_~[\]`]/g, '\\$&')
}

/** A bar would end the cell of a table even there. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
