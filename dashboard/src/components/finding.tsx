// A finding with the line it is about.
import type { DiagnosticView } from '../../../src/admin/api/types.ts'
import { hrefTo } from '../location.ts'
import { visible } from '../words/visible.ts'
import { At } from './at.tsx'
import { Badge } from './badge.tsx'
import { Excerpt } from './excerpt.tsx'

export function Finding({ finding }: { readonly finding: DiagnosticView }) {
  const { severity, code, summary, object, message, file, line, column, excerpt } = finding
  return (
    <li class={`card finding is-${severity}`}>
      <div class="line">
        <Badge tone={severity}>{severity}</Badge>
        {object !== '' && <strong>{visible(object)}</strong>}
        {file !== undefined && <At at={`${file}:${line}:${column}`} />}
      </div>
      <p>{visible(message)}</p>
      {excerpt !== undefined && <Excerpt excerpt={excerpt} />}
      <p class="about">
        <a href={hrefTo(['problems', code])} title={summary}>
          {code}
        </a>
        <span class="faint">{summary}</span>
      </p>
    </li>
  )
}
