// One document's text → typed objects and findings. Pure: the same text always gives the same result.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import { findTemplate } from './find-template.ts'
import { ObjectReader } from './object-reader.ts'
import { parseYaml } from './parse-yaml.ts'
import type { Resource } from './resource.ts'

/** Why nothing of a document can be read. */
export interface SyntaxProblem {
  readonly offset: number
  readonly reason: string
  /** Whether it is one because it is a template, which has to be rendered first. */
  readonly isTemplate: boolean
}

/** What one document gave. */
export interface ReadDocument {
  readonly document: SourceDocument
  readonly resources: readonly Resource[]
  readonly diagnostics: readonly Diagnostic[]
  /** Kinds that were read past, one entry for each object. */
  readonly otherKinds: readonly string[]
  /** Where a value begins that can be no object: a single value, or a list without objects. */
  readonly strayOffset: number | undefined
  /** Set when the text is no YAML, or a template; nothing else is there then. */
  readonly syntaxError: SyntaxProblem | undefined
}

/**
 * Reads all objects of a document, those inside of lists included. Objects of other kinds are counted and never
 * complained about; what has no sign of a Kubernetes object (a values file, say) is ignored.
 */
export function readDocument(document: SourceDocument): ReadDocument {
  const parsed = parseYaml(document.text)
  const templateOffset = findTemplate(document.text, parsed)
  if (templateOffset !== undefined)
    return unreadable(document, { offset: templateOffset, reason: templateReason, isTemplate: true })
  if (!parsed.ok)
    return unreadable(document, { offset: parsed.offset, reason: parsed.reason, isTemplate: false })
  const reader = new ObjectReader(document)
  for (const root of parsed.roots) reader.read(root)
  return {
    document,
    resources: reader.resources,
    diagnostics: [...reader.syntaxFindings(parsed.findings), ...reader.diagnostics],
    otherKinds: reader.otherKinds,
    strayOffset: reader.strayOffset,
    syntaxError: undefined,
  }
}

const templateReason = 'this looks like a template, which is no manifest before it is rendered'

function unreadable(document: SourceDocument, syntaxError: SyntaxProblem): ReadDocument {
  return { document, resources: [], diagnostics: [], otherKinds: [], strayOffset: undefined, syntaxError }
}
