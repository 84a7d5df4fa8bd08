// Tells templates (of Helm, Jinja and others) from manifests. A template is no manifest before it is rendered: what is wrong
// with it as YAML, or with its values, is of no interest.
import type { Node } from '../diagnostics/node.ts'
import { kinds } from './kinds.ts'
import type { ParsedYaml } from './parse-yaml.ts'

const mark = /\{[{%]/
/** A line that is nothing but the template's own, as `{{- if … }}` is. */
const ownLine = /^[ \t]*(?:- )?\{[{%]/m

/**
 * Where the first sign stands that a document is a template; `undefined` when there is none. Signs are marks where YAML breaks
 * on them, marks that YAML takes for a mapping as a key, and marks in the name of an object that is read. Marks in other
 * values prove nothing: many programs have templates in their settings.
 */
export function findTemplate(text: string, parsed: ParsedYaml): number | undefined {
  if (!mark.test(text)) return undefined
  return parsed.ok ? findInTree(text, parsed) : findNearBreak(text, parsed.offset)
}

function findNearBreak(text: string, offset: number): number | undefined {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  const inLine = mark.exec(text.slice(start).split('\n', 1)[0]!)
  if (inLine !== null) return start + inLine.index
  const line = ownLine.exec(text)
  return line === null ? undefined : line.index + line[0].length - 2
}

function findInTree(text: string, parsed: Extract<ParsedYaml, { ok: true }>): number | undefined {
  const key = parsed.findings.find(
    ({ code, offset }) => code === 'yaml-key' && text.slice(offset - 1, offset + 1) === '{{',
  )
  if (key !== undefined) return key.offset - 1
  for (const root of parsed.roots) {
    const name = nameOf(root)
    if (name?.text.includes('{{')) return name.offset
  }
  return undefined
}

function nameOf(root: Node): (Node & { kind: 'scalar' }) | undefined {
  const kind = childOf(root, 'kind')
  if (kind?.kind !== 'scalar' || !kinds.has(kind.text)) return undefined
  const name = childOf(childOf(root, 'metadata'), 'name')
  return name?.kind === 'scalar' ? name : undefined
}

function childOf(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'mapping' ? node.entries.get(key)?.value : undefined
}
