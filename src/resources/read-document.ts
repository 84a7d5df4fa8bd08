// One document's text → typed objects and findings. Pure: the same text always gives the same result.
import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts'
import { Field } from '../diagnostics/field.ts'
import type { Node } from '../diagnostics/node.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import type { YamlFinding } from './build-yaml-tree.ts'
import { isKubernetesGroup, kinds, type ReadObject } from './kinds.ts'
import { parseYaml } from './parse-yaml.ts'
import type { Resource } from './resource.ts'

/** What one document gave. */
export interface ReadDocument {
  readonly document: SourceDocument
  readonly resources: readonly Resource[]
  readonly diagnostics: readonly Diagnostic[]
  /** Kinds that were read past, one entry for each object. */
  readonly otherKinds: readonly string[]
  /** Set when the text is no YAML; nothing else is there then. */
  readonly syntaxError: { readonly offset: number; readonly reason: string } | undefined
}

/**
 * Reads all objects of a document, those inside of lists included. Objects of other kinds are counted and never
 * complained about; what is no Kubernetes object at all (a values file, say) is ignored.
 */
export function readDocument(document: SourceDocument): ReadDocument {
  const parsed = parseYaml(document.text)
  if (!parsed.ok) {
    return { document, resources: [], diagnostics: [], otherKinds: [], syntaxError: parsed }
  }
  const reader = new ObjectReader(document)
  for (const root of parsed.roots) reader.read(root, undefined)
  return {
    document,
    resources: reader.resources,
    diagnostics: [...reader.syntaxFindings(parsed.findings), ...reader.diagnostics],
    otherKinds: reader.otherKinds,
    syntaxError: undefined,
  }
}

/** What the items of a typed list are (IngressList → Ingress), where they do not say so themselves. */
interface ItemType {
  readonly apiVersion: string
  readonly kind: string
}

class ObjectReader {
  readonly resources: Resource[] = []
  readonly diagnostics: Diagnostic[] = []
  readonly otherKinds: string[] = []
  readonly #document: SourceDocument
  readonly #report: Report = diagnostic => this.diagnostics.push(diagnostic)
  /** The object of the document that was named first among those read here. */
  #firstObject: string | undefined

  constructor(document: SourceDocument) {
    this.#document = document
  }

  read(node: Node, itemType: ItemType | undefined): void {
    const kind = textOf(node, 'kind') ?? itemType?.kind
    const apiVersion = textOf(node, 'apiVersion') ?? itemType?.apiVersion
    if (kind === undefined) return
    const items = itemsOf(node)
    if (items !== undefined && isList(kind, apiVersion)) {
      const type =
        kind === 'List' ? undefined : { apiVersion: apiVersion!, kind: kind.slice(0, -'List'.length) }
      for (const item of items) this.read(item, type)
      return
    }
    const readObject = this.#readerOf(node, kind, apiVersion)
    if (readObject !== undefined) this.#readWith(readObject, node, kind)
  }

  /** Syntax findings are only of interest in documents that hold something for us. */
  syntaxFindings(findings: readonly YamlFinding[]): Diagnostic[] {
    const object = this.#firstObject
    if (object === undefined) return []
    return findings.map(({ severity, code, offset, message }) => {
      return { severity, code, place: { document: this.#document, offset }, object, message }
    })
  }

  #readWith(readObject: ReadObject, node: Node, kind: string): void {
    const field = this.#fieldOf(node, kind)
    const resource = readObject(field)
    if (resource !== undefined) this.resources.push(resource)
  }

  #readerOf(node: Node, kind: string, apiVersion: string | undefined): ReadObject | undefined {
    const versions = kinds.get(kind)
    if (versions === undefined) {
      if (apiVersion === undefined) return undefined
      this.#countOrCorrect(node, kind, apiVersion)
      return undefined
    }
    if (apiVersion === undefined) {
      this.#fieldOf(node, kind)
        .get('apiVersion')
        .fail('field-missing', `is missing (write ${[...versions.keys()][0]})`)
      return undefined
    }
    const reader = versions.get(apiVersion)
    if (reader !== undefined) return reader
    if (isKubernetesGroup(apiVersion)) {
      const known = [...versions.keys()].join(' or ')
      const problem = `"${apiVersion}" has no ${kind} (it is in ${known})`
      this.#fieldOf(node, kind).get('apiVersion').fail('api-version-unknown', problem)
    } else this.otherKinds.push(kind)
    return undefined
  }

  /** Another kind, unless it is one of ours in the wrong case. */
  #countOrCorrect(node: Node, kind: string, apiVersion: string): void {
    const meant = [...kinds.keys()].find(name => name.toLowerCase() === kind.toLowerCase())
    if (meant !== undefined && isKubernetesGroup(apiVersion)) {
      this.#fieldOf(node, kind)
        .get('kind')
        .fail('kind-unknown', `"${kind}" does not exist (did you mean "${meant}"?)`)
    } else this.otherKinds.push(kind)
  }

  #fieldOf(node: Node, kind: string): Field {
    const object = objectName(node, kind)
    this.#firstObject ??= object
    const subject = { document: this.#document, object, report: this.#report }
    return Field.root(
      subject,
      node,
      kind === 'Ingress' ? 'this Ingress is not served' : `this ${kind} is not used`,
    )
  }
}

/** `List` of core/v1, or the list type of a kind that is read. */
function isList(kind: string, apiVersion: string | undefined): boolean {
  if (kind === 'List') return true
  return kind.endsWith('List') && kinds.get(kind.slice(0, -'List'.length))?.has(apiVersion ?? '') === true
}

function itemsOf(node: Node): readonly Node[] | undefined {
  const items = node.kind === 'mapping' ? node.entries.get('items')?.value : undefined
  return items?.kind === 'sequence' ? items.items : undefined
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
