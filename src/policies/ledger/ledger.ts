// The ledger: every annotation and every ConfigMap key there is, and what becomes of it here. Derived from the policies and
// from the lists of what has no effect; commands, documentation and tests all read it from here.
import { everyPolicy } from '../all.ts'
import { type AnySetting, nginxPrefix, porticoPrefix } from '../define-policy.ts'
import { annotationsWithoutEffect } from './annotations-without-effect.ts'
import { configKeysWithoutEffect } from './config-keys.ts'
import type { WithoutEffect, WithoutEffectStatus } from './without-effect.ts'

/** *implemented*: as in ingress-nginx. *approximated*: obeyed, with a difference. The others: see there. */
export type LedgerStatus = 'implemented' | 'approximated' | WithoutEffectStatus

/** All statuses, in the order a reader cares about them. */
export const ledgerStatuses: readonly LedgerStatus[] = [
  'implemented',
  'approximated',
  'planned',
  'refused',
  'elsewhere',
  'ignored',
  'legacy',
]

/** What a status means, for readers. */
export const statusMeanings: Readonly<Record<LedgerStatus, string>> = {
  implemented: 'obeyed',
  approximated: 'obeyed with a difference, which is named',
  planned: 'known, reported and not obeyed yet',
  refused: 'never obeyed, and reported with what to do instead',
  elsewhere: 'decided by a flag of the command line, and reported',
  ignored: 'has nothing to act on here, by design, and reported as a note',
  legacy: 'removed from ingress-nginx itself, and reported',
}

/** One name of the ledger. Texts are empty where there is nothing to say. */
export interface LedgerEntry {
  /** Full annotation key, or key of the ConfigMap. */
  readonly name: string
  readonly status: LedgerStatus
  /** The policy it belongs to; empty for what has no effect. */
  readonly policy: string
  readonly type: string
  /** Every text that is taken, where those are a few words; empty otherwise. */
  readonly choices: readonly string[]
  /** A regular expression for what is taken beside them; empty where there is none to say. */
  readonly pattern: string
  readonly default: string
  /** Where it is written: `Ingress`, `Service`, `Ingress and Service`, `ConfigMap`. */
  readonly on: string
  /** Of an annotation: the ConfigMap's key that gives its default. Of a key: the annotation that overrides it. */
  readonly twin: string
  /** What it does, or why it does nothing. */
  readonly meaning: string
  readonly differs: string
  /** What to do instead. */
  readonly instead: string
  /** What follows from a value that can not be obeyed. */
  readonly badValue: string
}

/** Every annotation, by name, those of ingress-nginx before Portico's own. */
export function annotationLedger(): readonly LedgerEntry[] {
  const implemented = settings().flatMap(({ policy, setting }) =>
    setting.annotation === undefined ? [] : [entryOf(policy, setting.annotation, setting)],
  )
  const others = [...annotationsWithoutEffect].map(([name, known]) => withoutEffect(name, 'Ingress', known))
  return sortByName([...implemented, endpointsEntry, ...others])
}

/** Every key of the ConfigMap, by name. */
export function configLedger(): readonly LedgerEntry[] {
  const implemented = settings().flatMap(({ policy, setting }) =>
    setting.configKey === undefined ? [] : [entryOf(policy, setting.configKey, setting)],
  )
  const others = [...configKeysWithoutEffect].map(([name, known]) => withoutEffect(name, 'ConfigMap', known))
  return sortByName([...implemented, ...others])
}

/** How many entries have each status; statuses without any are left out. */
export function countStatuses(entries: readonly LedgerEntry[]): ReadonlyMap<LedgerStatus, number> {
  const counts = ledgerStatuses.map((wanted): [LedgerStatus, number] => [
    wanted,
    entries.filter(({ status }) => status === wanted).length,
  ])
  return new Map(counts.filter(([, count]) => count > 0))
}

/** A name as people write it: without ingress-nginx's prefix; Portico's own stays. */
export function shortName(name: string): string {
  return name.startsWith(nginxPrefix) ? name.slice(nginxPrefix.length) : name
}

function settings() {
  return everyPolicy.flatMap(policy =>
    Object.values<AnySetting>(policy.settings).map(setting => ({ policy: policy.name, setting })),
  )
}

function entryOf(policy: string, name: string, setting: AnySetting): LedgerEntry {
  const { annotation, configKey, type, doc, differs, onProblem, consequence } = setting
  const isKey = name !== annotation
  return {
    name,
    status: differs === undefined ? 'implemented' : 'approximated',
    policy,
    type,
    choices: setting.choices ?? [],
    pattern: setting.pattern ?? '',
    default: writtenForm(setting, setting.default),
    on: isKey ? 'ConfigMap' : setting.on === 'both' ? 'Ingress and Service' : 'Ingress',
    twin: (isKey ? annotation : configKey) ?? '',
    meaning: doc,
    differs: differs ?? '',
    instead: '',
    badValue: onProblem === 'deny' ? 'requests get 503' : (consequence ?? 'its default is used'),
  }
}

function withoutEffect(
  name: string,
  on: string,
  { status, reason, instead }: Pick<WithoutEffect, 'status' | 'reason' | 'instead'>,
): LedgerEntry {
  const none = {
    policy: '',
    type: '',
    choices: [],
    pattern: '',
    default: '',
    twin: '',
    differs: '',
    badValue: '',
  }
  return { ...none, name, status, on, meaning: sentence(reason), instead: sentence(instead ?? '') }
}

/** Endpoints are no policy: they are what a Service is, and are read with it. */
const endpointsEntry: LedgerEntry = {
  name: `${porticoPrefix}endpoints`,
  status: 'implemented',
  policy: 'endpoints',
  type: 'list of addresses',
  choices: [],
  pattern: '',
  default: '',
  on: 'Service',
  twin: '',
  meaning:
    'The endpoints of the Service, in place of its EndpointSlices and Endpoints: "127.0.0.1:3000, [::1]:3001"; a port alone means 127.0.0.1.',
  differs: '',
  instead: '',
  badValue: 'the entry is left out',
}

function sortByName(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const isOwn = ({ name }: LedgerEntry) => Number(name.startsWith(porticoPrefix))
  return entries.toSorted((a, b) => isOwn(a) - isOwn(b) || (a.name < b.name ? -1 : 1))
}

/** A setting's value as it would be written, with its unit; empty for what has no simple form, or can not be written at all. */
export function writtenForm({ type }: Pick<AnySetting, 'type'>, value: unknown): string {
  if (Array.isArray(value)) return value.every(isSimple) ? value.join(' ') : ''
  if (!isSimple(value) || (value === Number.POSITIVE_INFINITY && type !== 'size')) return ''
  if (type === 'seconds') return `${Number(value) / 1000}`
  if (type === 'duration') return value === 0 ? '0' : `${Number(value) / 1000}s`
  if (type === 'on or off') return value === true ? 'on' : 'off'
  return type === 'size' ? renderSize(Number(value)) : String(value)
}

function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function renderSize(bytes: number): string {
  if (bytes === Number.POSITIVE_INFINITY) return '0'
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576}m`
  return bytes % 1024 === 0 ? `${bytes / 1024}k` : `${bytes}`
}

/** A clause as a sentence; names keep their small letters. */
function sentence(clause: string): string {
  if (clause === '' || clause.startsWith('ingress-nginx')) return clause && `${clause}.`
  return `${clause[0]!.toUpperCase()}${clause.slice(1)}.`
}
