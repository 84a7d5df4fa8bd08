// The parser's events → trees that remember offsets: anchors, merge keys, repeated keys, tags. Judges no values.
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Severity } from '../diagnostics/diagnostic.ts'
import type { MappingEntry, MappingNode, Node, ScalarNode, SequenceNode } from '../diagnostics/node.ts'

/** Something odd that does not keep a text from being parsed. */
export interface YamlFinding {
  readonly severity: Severity
  readonly code: DiagnosticCode
  readonly offset: number
  readonly message: string
}

/** How many values aliases may stand for in one text: far above any manifest, far below what a bomb unfolds to. */
const maxAliasedValues = 100_000

/** A text that parses but whose aliases can not be resolved. */
export class TreeFailure extends Error {
  readonly offset: number
  constructor(offset: number, reason: string) {
    super(reason)
    this.offset = offset
  }
}

/** The trees of all documents in a text, from the parser's events. Throws {@link TreeFailure}, nothing else. */
export function buildYamlTree(
  text: string,
  events: readonly Event[],
): { roots: Node[]; findings: YamlFinding[] } {
  return new TreeBuilder(text).build(events)
}

/** A mapping, sequence or document that is still open. */
interface Frame {
  readonly node: Node | undefined
  readonly entries: Map<string, MappingEntry> | undefined
  readonly items: Node[]
  readonly anchor: string | undefined
  /** Key waiting for its value. */
  key: { readonly text: string; readonly offset: number } | undefined
  /** Values of `<<`: they yield to keys written out, wherever those stand. */
  merged: Node[] | undefined
  /** Number of values inside, those that aliases stand for included. */
  size: number
}

class TreeBuilder {
  readonly #text: string
  readonly #stack: Frame[] = []
  readonly #roots: Node[] = []
  readonly #findings: YamlFinding[] = []
  #anchors = new Map<string, { readonly node: Node; readonly size: number }>()
  #aliasedValues = 0
  #lastOffset = 0

  constructor(text: string) {
    this.#text = text
  }

  build(events: readonly Event[]): { roots: Node[]; findings: YamlFinding[] } {
    for (const event of events) this.#take(event)
    return { roots: this.#roots, findings: this.#findings }
  }

  #take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        this.#scalar(event)
        break
      case EVENT_ID.POP:
        this.#close()
        break
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        this.#open(event)
        break
      case EVENT_ID.ALIAS:
        this.#alias(event)
        break
      case EVENT_ID.DOCUMENT:
        this.#anchors = new Map()
        this.#stack.push(frame(undefined, undefined, [], undefined))
    }
  }

  #open(event: Extract<Event, { type: typeof EVENT_ID.MAPPING | typeof EVENT_ID.SEQUENCE }>): void {
    const offset = event.start
    this.#checkTag(event, event.type === EVENT_ID.MAPPING ? 'map' : 'seq')
    this.#lastOffset = offset
    const anchor = this.#anchorOf(event)
    if (event.type === EVENT_ID.MAPPING) {
      const entries = new Map<string, MappingEntry>()
      const node: MappingNode = { kind: 'mapping', offset, entries }
      this.#stack.push(frame(node, entries, [], anchor))
    } else {
      const items: Node[] = []
      const node: SequenceNode = { kind: 'sequence', offset, items }
      this.#stack.push(frame(node, undefined, items, anchor))
    }
  }

  #close(): void {
    const closed = this.#stack.pop()!
    if (closed.node === undefined) return
    for (const source of closed.merged ?? []) mergeInto(closed.entries!, source)
    if (closed.anchor !== undefined)
      this.#anchors.set(closed.anchor, { node: closed.node, size: closed.size })
    this.#add(closed.node, closed.size)
  }

  #scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): void {
    const offset = event.valueStart === -1 ? this.#lastOffset : event.valueStart
    this.#lastOffset = offset
    const tag = this.#checkTag(event, undefined)
    const plain = tag === undefined ? event.style === SCALAR_STYLE.PLAIN : tag !== 'str' && tag !== 'binary'
    const text = event.valueStart === -1 ? '' : getScalarValue(this.#text, event)
    const node: ScalarNode = { kind: 'scalar', offset: this.#quoteStart(event, offset), text, plain }
    const anchor = this.#anchorOf(event)
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size: 1 })
    this.#add(node, 1)
  }

  /** The parser's ranges leave quotes out; an editor should jump to the quote. */
  #quoteStart(event: { style: number }, offset: number): number {
    return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
      ? offset - 1
      : offset
  }

  #alias(event: Extract<Event, { type: typeof EVENT_ID.ALIAS }>): void {
    const name = this.#text.slice(event.anchorStart, event.anchorEnd)
    const target = this.#anchors.get(name)
    if (target === undefined) {
      throw new TreeFailure(event.anchorStart, `alias "*${name}" has no anchor "&${name}" before it`)
    }
    this.#aliasedValues += target.size
    if (this.#aliasedValues > maxAliasedValues) {
      throw new TreeFailure(event.anchorStart, `aliases stand for more than ${maxAliasedValues} values`)
    }
    this.#add(target.node, target.size)
  }

  #add(node: Node, size: number): void {
    const parent = this.#stack.at(-1)!
    parent.size += size
    if (parent.node === undefined) this.#roots.push(node)
    else if (parent.entries === undefined) parent.items.push(node)
    else if (parent.key === undefined) parent.key = this.#keyFrom(node)
    else this.#addEntry(parent, parent.entries, parent.key, node)
  }

  #keyFrom(node: Node): { text: string; offset: number } {
    if (node.kind === 'scalar')
      return { text: !node.plain && node.text === '<<' ? quotedMerge : node.text, offset: node.offset }
    this.#find('error', 'yaml-key', node.offset, `a ${node.kind} is used as a key; the entry is ignored`)
    return { text: ignoredKey, offset: node.offset }
  }

  #addEntry(
    parent: Frame,
    entries: Map<string, MappingEntry>,
    key: NonNullable<Frame['key']>,
    value: Node,
  ): void {
    parent.key = undefined
    if (key.text === ignoredKey) return
    if (key.text === '<<') {
      parent.merged ??= []
      parent.merged.push(...(value.kind === 'sequence' ? value.items : [value]))
      return
    }
    const name = key.text === quotedMerge ? '<<' : key.text
    const isRepeated = entries.has(name)
    if (isRepeated) {
      const message = `key "${name}" occurs twice; the last one counts, a cluster refuses the object`
      this.#find('error', 'duplicate-key', key.offset, message)
    }
    entries.set(name, { keyOffset: key.offset, value, ...(isRepeated && { isRepeated }) })
  }

  #anchorOf(event: { anchorStart: number; anchorEnd: number }): string | undefined {
    return event.anchorStart === -1 ? undefined : this.#text.slice(event.anchorStart, event.anchorEnd)
  }

  /** The short name of a core tag, or `undefined`; other tags are reported and read past. */
  #checkTag(event: { tagStart: number; tagEnd: number }, collection: string | undefined): string | undefined {
    if (event.tagStart === -1) return undefined
    const tag = this.#text.slice(event.tagStart, event.tagEnd)
    if (tag === '!') return 'str'
    const short = /^(?:!!|!<tag:yaml\.org,2002:)([a-z]+)>?$/.exec(tag)?.[1]
    const known = collection === undefined ? scalarTags.has(short ?? '') : short === collection
    if (known) return short
    this.#find(
      'warning',
      'yaml-tag',
      event.tagStart,
      `tag "${tag}" is unknown; the value is read as if it had none`,
    )
    return undefined
  }

  #find(severity: Severity, code: DiagnosticCode, offset: number, message: string): void {
    this.#findings.push({ severity, code, offset, message })
  }
}

const scalarTags: ReadonlySet<string> = new Set([
  'str',
  'int',
  'float',
  'bool',
  'null',
  'binary',
  'timestamp',
])
/** Stand-ins that no text can spell: YAML does not allow these control characters. */
const ignoredKey = '\u0000ignored'
const quotedMerge = '\u0000<<'

function frame(
  node: Node | undefined,
  entries: Map<string, MappingEntry> | undefined,
  items: Node[],
  anchor: string | undefined,
): Frame {
  return { node, entries, items, anchor, key: undefined, merged: undefined, size: 1 }
}

/** Adds what is not there yet (YAML merge key: earlier sources win over later ones, written keys over both). */
function mergeInto(entries: Map<string, MappingEntry>, source: Node): void {
  if (source.kind !== 'mapping') return
  for (const [key, entry] of source.entries) {
    if (!entries.has(key)) entries.set(key, entry)
  }
}
