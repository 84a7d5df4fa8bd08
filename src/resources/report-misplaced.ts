// Annotations of ingress-nginx on objects that nobody reads them from: they look as if they did something.
import { Field, type FieldSubject } from '../diagnostics/field.ts'
import type { Node } from '../diagnostics/node.ts'

const prefix = 'nginx.ingress.kubernetes.io/'

/** Warns of each annotation of an Ingress on an object of another kind. */
export function reportMisplaced(subject: FieldSubject, node: Node, kind: string): void {
  const metadata = node.kind === 'mapping' ? node.entries.get('metadata')?.value : undefined
  const annotations = metadata?.kind === 'mapping' ? metadata.entries.get('annotations')?.value : undefined
  if (annotations?.kind !== 'mapping') return
  const field = Field.root(subject, node, '').get('metadata').get('annotations')
  for (const key of annotations.entries.keys()) {
    if (!key.startsWith(prefix)) continue
    const article = /^[AEIO]/.test(kind) ? 'an' : 'a'
    field
      .get(key)
      .warn(
        'annotation-misplaced',
        `stands on ${article} ${kind}, where nobody reads it; write it on the Ingress that it is for`,
      )
  }
}
