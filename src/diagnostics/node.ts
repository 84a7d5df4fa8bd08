// A parsed YAML or JSON value as a tree that remembers offsets. Plain data; says nothing about what is right or wrong.

/** Any value of a document. */
export type Node = ScalarNode | MappingNode | SequenceNode

/** A single value; {@link scalarType} tells what it is. */
export interface ScalarNode {
  readonly kind: 'scalar'
  /** Index into the document's text, UTF-16 units; of an empty value, where its key stands. */
  readonly offset: number
  /** Decoded: without quotes, escapes resolved, lines folded. */
  readonly text: string
  /** Whether the text may mean a number, boolean or null: written without quotes and not as a block. */
  readonly plain: boolean
}

/** Keys and values. Of a key that occurs twice, which was reported, the last one is here. */
export interface MappingNode {
  readonly kind: 'mapping'
  readonly offset: number
  readonly entries: ReadonlyMap<string, MappingEntry>
}

/** The value of a key, and where the key stands. */
export interface MappingEntry {
  readonly keyOffset: number
  readonly value: Node
  /** The key stood there before, with a value that is lost. */
  readonly isRepeated?: true
}

/** A list. */
export interface SequenceNode {
  readonly kind: 'sequence'
  readonly offset: number
  readonly items: readonly Node[]
}

/** The types of the core schema (YAML 1.2.2, section 10.3.2). */
export type ScalarType = 'string' | 'null' | 'boolean' | 'integer' | 'float'

const nullText = /^(?:~|null|Null|NULL)?$/
const booleanText = /^(?:true|True|TRUE|false|False|FALSE)$/
const integerText = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/
const floatText =
  /^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

/** What a scalar is by the core schema (YAML 1.2.2, section 10.3.2). Quoted and block scalars are strings. */
export function scalarType({ plain, text }: ScalarNode): ScalarType {
  if (!plain) return 'string'
  if (nullText.test(text)) return 'null'
  if (booleanText.test(text)) return 'boolean'
  if (integerText.test(text)) return 'integer'
  if (floatText.test(text)) return 'float'
  return 'string'
}

/** Whether nothing is there, as the Kubernetes API sees it: a field set to null is an absent field. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.plain && nullText.test(node.text)
}

const yaml11Boolean = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/

/** Whether kubectl's parser, which follows YAML 1.1 here, reads a boolean where YAML 1.2 sees a string. */
export function isYaml11Boolean({ plain, text }: ScalarNode): boolean {
  return plain && yaml11Boolean.test(text)
}
