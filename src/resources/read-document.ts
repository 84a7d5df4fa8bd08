// One document's text → typed objects and findings. Pure: the same text always gives the same result.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import { ObjectReader } from './object-reader.ts'
import { parseYaml } from './parse-yaml.ts'
import type { Resource } from './resource.ts'

/** What one document gave. */
export interface ReadDocument {
  readonly document: SourceDocument
  readonly resources: readonly Resource[]
  readonly diagnostics: readonly Diagnostic[]
  /** Kinds that were read past, one entry for each object. */
  readonly otherKinds: readonly string[]
  /** Where a value begins that can be no object: a single value, or a list without objects. */
  readonly strayOffset: number | undefined
  /** Set when the text is no YAML; nothing else is there then. */
  readonly syntaxError: { readonly offset: number; readonly reason: string } | undefined
}

/**
 * Reads all objects of a document, those inside of lists included. Objects of other kinds are counted and never
 * complained about; what has no sign of a Kubernetes object (a values file, say) is ignored.
 */
export function readDocument(document: SourceDocument): ReadDocument {
  const parsed = parseYaml(document.text)
  if (!parsed.ok) {
    const nothing = { resources: [], diagnostics: [], otherKinds: [], strayOffset: undefined }
    return { document, ...nothing, syntaxError: parsed }
  }
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
