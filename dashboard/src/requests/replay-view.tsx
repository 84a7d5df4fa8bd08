// What came back for a request that was sent again.
import type { ReplayAnswer, RequestView } from '../../../src/admin/api/live-types.ts'
import { Badge } from '../components/badge.tsx'
import { bytes, duration } from '../words/figures.ts'
import { statusTone } from './requests-page.tsx'

/** The answer beside what `before` had come to. */
export function ReplayView({
  answer,
  before,
}: {
  readonly answer: ReplayAnswer
  readonly before: RequestView
}) {
  const { status, headers, body, bodyBytes, durationMs } = answer
  const wasOther = status !== before.status
  return (
    <section class="replay" role="status">
      <p>
        Sent again: <Badge tone={statusTone(status)}>{status}</Badge>
        {wasOther && <span class="muted"> {before.status} before</span>} in {duration(durationMs)}{' '}
        <span class="muted">
          ({duration(before.durationMs)} before), {bytes(bodyBytes)}
        </span>
      </p>
      <details>
        <summary>Response</summary>
        <pre class="head">
          {headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
          {body === undefined ? '' : `\n\n${body}`}
        </pre>
      </details>
    </section>
  )
}
