// A value that knows where it was written, which object it belongs to and what is lost if it is wrong, so that no
// problem can be reported without its position. Readers take Fields; they never see the tree beneath.
import type { DiagnosticCode } from './codes.ts'
import type { Report, Severity } from './diagnostic.ts'
import { nearestName } from './nearest-name.ts'
import { isNull, isYaml11Boolean, type Node, type ScalarNode, type ScalarType, scalarType } from './node.ts'
import type { Located, Place, SourceDocument } from './place.ts'
import { withoutCredentials } from './without-credentials.ts'

/** The object that fields belong to, and who takes the findings about it. */
export interface FieldSubject {
  readonly document: SourceDocument
  /** `Ingress shop/web`. */
  readonly object: string
  readonly report: Report
}

/** The smallest part that is dropped when a value in it is unusable. */
interface Unit {
  readonly consequence: string
  failed: boolean
}

/** One value of a manifest, present or not. Cheap to make: created when it is asked for. */
export class Field {
  readonly #subject: FieldSubject
  readonly #unit: Unit
  readonly #parent: Field | undefined
  readonly #name: string | number
  readonly #node: Node | undefined
  readonly #offset: number

  private constructor(
    subject: FieldSubject,
    unit: Unit,
    parent: Field | undefined,
    name: string | number,
    node: Node | undefined,
    offset: number,
  ) {
    this.#subject = subject
    this.#unit = unit
    this.#parent = parent
    this.#name = name
    this.#node = node !== undefined && isNull(node) ? undefined : node
    this.#offset = offset
  }

  /** The field of a whole object. `consequence` completes the messages of whatever is fatal to it: `it is not served`. */
  static root(subject: FieldSubject, node: Node, consequence: string): Field {
    return new Field(subject, { consequence, failed: false }, undefined, '', node, node.offset)
  }

  /** Whether there is a value. `null` is none, as in the Kubernetes API. */
  get present(): boolean {
    return this.#node !== undefined
  }

  /** Where the value begins; of an absent one, where its parent does. */
  get place(): Place {
    return { document: this.#subject.document, offset: this.#offset }
  }

  /** Whether the value is neither a mapping nor a list, for fields that have a short form. */
  get isSingle(): boolean {
    return this.#node?.kind === 'scalar'
  }

  /** Whether anything in this unit was unusable, so that the whole unit has to be left out. */
  get failed(): boolean {
    return this.#unit.failed
  }

  /** This field as a unit of its own: what fails in it does not fail the parts around it. */
  unit(consequence: string): Field {
    const unit = { consequence, failed: false }
    return new Field(this.#subject, unit, this.#parent, this.#name, this.#node, this.#offset)
  }

  /** The field of a key; an absent one when there is no such key or this is no mapping. */
  get(key: string): Field {
    const entry = this.#node?.kind === 'mapping' ? this.#node.entries.get(key) : undefined
    const offset =
      entry === undefined ? this.#offset : isNull(entry.value) ? entry.keyOffset : entry.value.offset
    return new Field(this.#subject, this.#unit, this, key, entry?.value, offset)
  }

  /** Whether a key occurs twice, so that one of its values is lost. */
  repeats(key: string): boolean {
    return this.#node?.kind === 'mapping' && this.#node.entries.get(key)?.isRepeated === true
  }

  /** Keys and values of a mapping. Nothing when absent; anything but a mapping fails. */
  *entries(): Generator<readonly [key: string, value: Field]> {
    const node = this.#as('mapping')
    if (node === undefined) return
    for (const key of node.entries.keys()) yield [key, this.get(key)]
  }

  /** The items of a list. Empty when absent; anything but a list fails. */
  elements(): readonly Field[] {
    const node = this.#as('sequence')
    if (node === undefined) return []
    return node.items.map(
      (item, index) => new Field(this.#subject, this.#unit, this, index, item, item.offset),
    )
  }

  /** Like {@link elements}, for lists of single values: one that stands there alone is a list of one, with a warning. */
  values(): readonly Field[] {
    if (this.#node?.kind !== 'scalar') return this.elements()
    this.warn('field-type', 'must be a list; the value is read as a list of one, a cluster refuses it')
    return [this]
  }

  /** Whether this is a mapping; warns about keys that are not `known`. An absent or other value fails. */
  hasFields(known: ReadonlySet<string>): boolean {
    if (!this.present) this.fail('field-missing', 'is missing')
    const node = this.#as('mapping')
    if (node === undefined) return false
    for (const [key, entry] of node.entries) {
      if (!known.has(key)) this.#reportUnknown(key, entry.keyOffset, known)
    }
    return true
  }

  /**
   * A string. Numbers and booleans are taken by their text with a warning, because a cluster refuses them; empty text
   * is a value. `undefined` when absent; lists and mappings fail.
   */
  string(): string | undefined {
    const node = this.#as('scalar')
    if (node === undefined) return undefined
    const type = scalarType(node)
    if (type !== 'string') {
      this.warn(
        'field-type',
        `must be a string but is ${article(type)}; its text is used, a cluster refuses it: quote it`,
      )
    } else if (isYaml11Boolean(node)) {
      this.warn(
        'yaml-boolean',
        `is ${node.text} without quotes, which a cluster reads as a boolean and refuses: quote it`,
      )
    }
    return node.text
  }

  /** A string that must be there and not be empty; otherwise this unit fails. */
  requiredString(): string | undefined {
    if (!this.present) return this.#missing()
    const text = this.string()
    return text === '' ? this.#missing() : text
  }

  /** One of the given words; any other fails. */
  oneOf<const T extends string>(words: readonly T[]): T | undefined {
    const text = this.string()
    if (text === undefined || (words as readonly string[]).includes(text)) return text as T | undefined
    const hint = words.find(word => word.toLowerCase() === text.toLowerCase())
    const choice = hint === undefined ? `must be ${words.join(' or ')}` : `did you mean "${hint}"?`
    this.fail('field-value', `is "${text}" (${choice})`)
    return undefined
  }

  /** A whole number within bounds. Digits in quotes are taken with a warning; everything else fails. */
  integer(least: number, most: number): number | undefined {
    const node = this.#as('scalar')
    const value = node && this.#wholeNumber(node)
    if (value === undefined) return undefined
    if (value >= least && value <= most) return value
    this.fail('field-value', `is ${value}, which is not between ${least} and ${most}`)
    return undefined
  }

  /** Whether the value is a number, for fields that take a number or a name (Kubernetes IntOrString). */
  get isInteger(): boolean {
    return this.#node?.kind === 'scalar' && scalarType(this.#node) === 'integer'
  }

  /** Whether the value is a string that begins with a letter, where a number belongs. */
  get isName(): boolean {
    return (
      this.#node?.kind === 'scalar' &&
      scalarType(this.#node) === 'string' &&
      /^[A-Za-z]/.test(this.#node.text)
    )
  }

  /** `true` or `false`; `undefined` when absent; everything else fails. YAML 1.1 forms such as `yes` are understood. */
  boolean(): boolean | undefined {
    const node = this.#as('scalar')
    if (node === undefined) return undefined
    const { text } = node
    if (scalarType(node) === 'boolean') return text.toLowerCase() === 'true'
    if (isYaml11Boolean(node)) return /^(?:y|yes|on)$/i.test(text)
    this.fail('field-type', `must be true or false but is ${article(scalarType(node))}`)
    return undefined
  }

  /** A value together with the place of this field. */
  located<T>(value: T): Located<T> {
    return { value, place: this.place }
  }

  /** Reports an error that makes this field's unit unusable; the unit's consequence is added to the message. */
  fail(code: DiagnosticCode, problem: string): void {
    this.#unit.failed = true
    this.error(code, `${problem}; ${this.#unit.consequence}`)
  }

  /** Reports an error that costs no more than the message says. */
  error(code: DiagnosticCode, message: string): void {
    this.#report('error', code, message)
  }

  warn(code: DiagnosticCode, message: string): void {
    this.#report('warning', code, message)
  }

  note(code: DiagnosticCode, message: string): void {
    this.#report('note', code, message)
  }

  /** The node when it is of this kind; absent gives `undefined`, any other kind fails. */
  #as<K extends Node['kind']>(kind: K): Extract<Node, { kind: K }> | undefined {
    const node = this.#node
    if (node === undefined || node.kind === kind) return node as Extract<Node, { kind: K }> | undefined
    this.fail('field-type', `must be ${kindNames[kind]} but is ${kindNames[node.kind]}`)
    return undefined
  }

  #wholeNumber(node: ScalarNode): number | undefined {
    const type = scalarType(node)
    if (type === 'integer') return Number(node.text)
    if (type === 'string' && /^[0-9]+$/.test(node.text)) {
      this.warn(
        'field-type',
        'must be a number but is a string; it is read as one, a cluster refuses it: drop the quotes',
      )
      return Number(node.text)
    }
    this.fail('field-type', `must be a whole number but is ${article(type)}`)
    return undefined
  }

  #missing(): undefined {
    this.fail('field-missing', this.present ? 'is empty' : 'is missing')
    return undefined
  }

  #reportUnknown(key: string, offset: number, known: ReadonlySet<string>): void {
    const nearest = nearestName(key, known)
    const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`
    const owner = this.#path() || 'the object'
    const message = `${owner} has an unknown field "${key}"${hint}; it is ignored, a cluster refuses it`
    this.#send('warning', 'field-unknown', message, offset)
  }

  #report(severity: Severity, code: DiagnosticCode, message: string): void {
    this.#send(severity, code, `${this.#path()} ${message}`.trimStart(), this.#offset)
  }

  #send(severity: Severity, code: DiagnosticCode, message: string, offset: number): void {
    const { document, object, report } = this.#subject
    report({ severity, code, place: { document, offset }, object, message: withoutCredentials(message) })
  }

  /** `spec.rules[0].host`. */
  #path(): string {
    if (this.#parent === undefined) return ''
    const parent = this.#parent.#path()
    if (typeof this.#name === 'number') return `${parent}[${this.#name}]`
    return parent === '' ? this.#name : `${parent}.${this.#name}`
  }
}

const kindNames = { scalar: 'a single value', mapping: 'a mapping', sequence: 'a list' } as const

function article(type: ScalarType): string {
  return type === 'integer' ? 'an integer' : type === 'null' ? 'null' : `a ${type}`
}
