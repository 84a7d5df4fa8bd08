// Trees → typed objects and findings: finds the objects in a tree, and which reader each is for. Checks no fields itself.
import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts'
import { Field, type FieldSubject } from '../diagnostics/field.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import { isNull, type MappingNode, type Node, type SequenceNode } from '../diagnostics/node.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import type { YamlFinding } from './build-yaml-tree.ts'
import { isKubernetesGroup, kinds, type ReadObject } from './kinds.ts'
import { isOtherKind, isReadGroup, knownKinds } from './kubernetes-kinds.ts'
import { reportMisplaced } from './report-misplaced.ts'
import type { Resource } from './resource.ts'

/** What the items of a list are where they do not say so themselves: known of a typed one (IngressList → Ingress). */
interface ItemType {
  readonly apiVersion?: string
  readonly kind?: string
}

/** Collects what the trees of one document hold. */
export class ObjectReader {
  readonly resources: Resource[] = []
  readonly diagnostics: Diagnostic[] = []
  readonly otherKinds: string[] = []
  readonly #document: SourceDocument
  readonly #report: Report = diagnostic => this.diagnostics.push(diagnostic)
  /** Where the first value begins that can be no object. */
  strayOffset: number | undefined
  /** The object of the document that was named first among those read here. */
  #firstObject: string | undefined

  constructor(document: SourceDocument) {
    this.#document = document
  }

  /** Reads what stands at the top of a document. */
  read(root: Node): void {
    if (root.kind === 'mapping') this.#readMapping(root, undefined)
    else if (root.kind === 'sequence' && root.items.some(isTyped)) this.#readArray(root)
    else if (!isNull(root)) this.strayOffset ??= root.offset
  }

  /** A JSON array of objects, say. */
  #readArray(array: SequenceNode): void {
    const message =
      'a list is no object; the objects in it are read, a cluster refuses it: make them the items of a List'
    const place = { document: this.#document, offset: array.offset }
    this.#report({ severity: 'warning', code: 'document-list', place, object: '', message })
    for (const item of array.items) this.read(item)
  }

  #readMapping(node: MappingNode, itemType: ItemType | undefined): void {
    const kind = textOf(node, 'kind') ?? itemType?.kind
    const apiVersion = textOf(node, 'apiVersion') ?? itemType?.apiVersion
    if (kind === undefined) {
      if (itemType !== undefined || isMeantAsObject(node, apiVersion)) this.#reportKind(node, apiVersion)
    } else if (isList(kind, apiVersion)) this.#readList(node, kind, apiVersion)
    else if (apiVersion === undefined) this.#reportApiVersion(node, kind)
    else this.#readKind(node, kind, apiVersion)
  }

  #readList(node: MappingNode, kind: string, apiVersion: string | undefined): void {
    const items = node.entries.get('items')?.value
    if (items?.kind !== 'sequence') {
      const field = this.#fieldOf(node, kind).get('items').unit('nothing in this list is read')
      if (field.present) field.elements()
      else field.fail('field-missing', 'is missing')
      return
    }
    const type = kind === 'List' ? {} : { apiVersion: apiVersion!, kind: kind.slice(0, -'List'.length) }
    for (const item of items.items) {
      if (item.kind === 'mapping') this.#readMapping(item, type)
      else this.#fieldOf(item, `item of ${kind}`).fail('field-type', 'must be a mapping')
    }
  }

  #reportKind(node: MappingNode, apiVersion: string | undefined): void {
    const field = this.#fieldOf(node, 'object').get('kind')
    if (field.present) field.requiredString()
    else if (apiVersion === undefined || isReadGroup(apiVersion)) field.fail('field-missing', 'is missing')
    else field.warn('field-missing', 'is missing; this object is not read, a cluster refuses it')
  }

  /** Programs beside Kubernetes have files with a kind too; only metadata shows that an object is meant. */
  #reportApiVersion(node: MappingNode, kind: string): void {
    const field = this.#fieldOf(node, kind).get('apiVersion')
    const versions = kinds.get(nearestName(kind, kinds.keys()) ?? '')
    const isObject = node.entries.has('metadata')
    if (field.present) field.requiredString()
    else if (versions !== undefined && (isObject || kinds.has(kind)))
      field.fail('field-missing', `is missing (write ${[...versions.keys()][0]})`)
    else if (isObject)
      field.warn('field-missing', 'is missing; this object is not read, a cluster refuses it')
    else field.note('field-missing', 'is missing; this is not read as a Kubernetes object')
  }

  /** Syntax findings are only of interest in documents that hold something for us. */
  syntaxFindings(findings: readonly YamlFinding[]): Diagnostic[] {
    const object = this.#firstObject
    if (object === undefined) return []
    return findings.map(({ severity, code, offset, message }) => {
      return { severity, code, place: { document: this.#document, offset }, object, message }
    })
  }

  #readKind(node: MappingNode, kind: string, apiVersion: string): void {
    const versions = kinds.get(kind)
    const readObject = versions?.get(apiVersion)
    if (isKubernetesGroup(apiVersion) && kind !== 'Ingress' && kind !== 'Service')
      reportMisplaced(this.#subjectOf(node, kind), node, kind)
    if (versions === undefined) this.#countOrCorrect(node, kind, apiVersion)
    else if (readObject !== undefined) this.#readWith(readObject, node, kind)
    else if (isKubernetesGroup(apiVersion)) {
      const known = [...versions.keys()].join(' or ')
      const problem = `"${apiVersion}" has no ${kind} (it is in ${known})`
      this.#fieldOf(node, kind).get('apiVersion').fail('api-version-unknown', problem)
    } else this.otherKinds.push(kind)
  }

  #readWith(readObject: ReadObject, node: Node, kind: string): void {
    const resource = readObject(this.#fieldOf(node, kind))
    if (resource !== undefined) this.resources.push(resource)
  }

  /** Another kind, unless it is one of ours misspelt. */
  #countOrCorrect(node: Node, kind: string, apiVersion: string): void {
    const problem = `does not exist in ${apiVersion}`
    const meant = nearestKind(kind, apiVersion)
    if (meant !== undefined && kinds.has(meant)) {
      const hint = `"${kind}" ${problem} (did you mean "${meant}"?)`
      this.#fieldOf(node, kind).get('kind').fail('kind-unknown', hint)
      return
    }
    this.otherKinds.push(kind)
    if (!isReadGroup(apiVersion) || isOtherKind(apiVersion, kind)) return
    const field = this.#fieldOf(node, kind).get('kind')
    if (meant === undefined) field.note('kind-unknown', `"${kind}" ${problem}`)
    else field.warn('kind-unknown', `"${kind}" ${problem} (did you mean "${meant}"?); a cluster refuses it`)
  }

  #fieldOf(node: Node, kind: string): Field {
    const object = objectName(node, kind)
    this.#firstObject ??= object
    return Field.root(
      this.#subjectOf(node, kind),
      node,
      kind === 'Ingress' ? 'this Ingress is not served' : `this ${kind} is not used`,
    )
  }

  #subjectOf(node: Node, kind: string): FieldSubject {
    return { document: this.#document, object: objectName(node, kind), report: this.#report }
  }
}

/** `List` of core/v1, or the list type of a kind that is read. */
function isList(kind: string, apiVersion: string | undefined): boolean {
  if (kind === 'List') return true
  return kind.endsWith('List') && kinds.get(kind.slice(0, -'List'.length))?.has(apiVersion ?? '') === true
}

/** The kind that a misspelt one means. In groups whose kinds are not known here only the case can be wrong. */
function nearestKind(kind: string, apiVersion: string): string | undefined {
  if (isOtherKind(apiVersion, kind) || !isKubernetesGroup(apiVersion)) return undefined
  if (isReadGroup(apiVersion)) return nearestName(kind, knownKinds(apiVersion))
  return [...kinds.keys()].find(name => name.toLowerCase() === kind.toLowerCase())
}

/** Whether a mapping says of which kind and version it is. */
function isTyped(node: Node): boolean {
  return textOf(node, 'kind') !== undefined && textOf(node, 'apiVersion') !== undefined
}

/**
 * Whether a mapping without a kind was to be an object. Charts and the settings of other programs have an apiVersion as
 * well, but nothing else that an object has.
 */
function isMeantAsObject(node: MappingNode, apiVersion: string | undefined): boolean {
  if (apiVersion === undefined) return false
  if (apiVersion.includes('/') && isReadGroup(apiVersion)) return true
  return ['metadata', 'spec', 'items'].some(key => node.entries.has(key))
}

/** The text of a scalar below a mapping; not empty. */
function textOf(node: Node, key: string): string | undefined {
  const value = node.kind === 'mapping' ? node.entries.get(key)?.value : undefined
  return value?.kind === 'scalar' && value.text !== '' ? value.text : undefined
}

/** `Ingress shop/web`, as far as it can be told before anything is checked. */
function objectName(node: Node, kind: string): string {
  const metadata = node.kind === 'mapping' ? node.entries.get('metadata')?.value : undefined
  const name = metadata && textOf(metadata, 'name')
  if (name === undefined) return kind
  return kind === 'IngressClass'
    ? `${kind} ${name}`
    : `${kind} ${textOf(metadata!, 'namespace') ?? 'default'}/${name}`
}
