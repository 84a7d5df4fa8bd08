// A line of a manifest with the spot that something is about.
import type { ExcerptView } from '../../../src/admin/api/types.ts'

/** The word at the spot is marked, with a caret below its first character. */
export function Excerpt({ excerpt }: { readonly excerpt: ExcerptView }) {
  const { line, text, spot } = excerpt
  const marked = /^[^\s:,{}[\]"']+|^["'][^"']*["']|^./.exec(text.slice(spot))?.[0] ?? ''
  return (
    <pre class="excerpt">
      <span class="gutter">{line}</span>
      <code>
        {text.slice(0, spot)}
        <mark>{marked || ' '}</mark>
        {text.slice(spot + marked.length)}
        {'\n'}
        <span class="caret" aria-hidden="true">
          {' '.repeat(spot)}^
        </span>
      </code>
    </pre>
  )
}
