// YAML or JSON text → trees that remember offsets. Never throws, whatever the text.
import { parseEvents, YAMLException } from 'js-yaml'
import type { Node } from '../diagnostics/node.ts'
import { buildYamlTree, TreeFailure, type YamlFinding } from './build-yaml-tree.ts'
import { syntaxHint } from './syntax-hint.ts'

/** What a text holds, or why it can not be parsed. */
export type ParsedYaml =
  | { readonly ok: true; readonly roots: readonly Node[]; readonly findings: readonly YamlFinding[] }
  | { readonly ok: false; readonly offset: number; readonly reason: string }

/** Deeper nesting is refused; the deepest Kubernetes object read here has twelve levels. */
const maxDepth = 64

/**
 * Parses YAML 1.2 (core schema, with merge keys) or JSON. One text may hold several documents; empty ones give no
 * tree. A repeated key is a finding and the last one counts, as in a cluster that does not validate strictly.
 */
export function parseYaml(text: string): ParsedYaml {
  try {
    return { ok: true, ...buildYamlTree(text, parseEvents(text, { maxDepth })) }
  } catch (error) {
    if (error instanceof TreeFailure) return { ok: false, offset: error.offset, reason: error.message }
    // The parser's manual warns that hostile input may also end in errors of other classes.
    if (!(error instanceof YAMLException)) return { ok: false, offset: 0, reason: String(error) }
    // An open bracket or quote is noticed after the last line, where there is nothing to see.
    const offset = Math.min(error.mark?.position ?? 0, Math.max(0, text.trimEnd().length - 1))
    return { ok: false, offset, reason: error.reason + syntaxHint(error.reason, text, offset) }
  }
}
