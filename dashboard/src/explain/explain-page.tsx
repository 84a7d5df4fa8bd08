// Explain: what becomes of a request that nobody sends, and why. The question is the address of the page.
import { useEffect, useState } from 'preact/hooks'
import { Badge, type Tone } from '../components/badge.tsx'
import { CopyButton } from '../components/copy-button.tsx'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { PageHead } from '../components/page-head.tsx'
import { useApi } from '../live/use-api.ts'
import { goTo, place } from '../location.ts'
import { type Asked, explainHref, queryOf, readAsked } from './asked.ts'
import { ExplainForm } from './explain-form.tsx'
import type { Explanation } from './explanation.ts'
import { Trace } from './trace.tsx'

/** The page `#/explain`. */
export function ExplainPage() {
  const { query } = place.value
  const asked = readAsked(query)
  const path = asked.url === '' ? undefined : `/api/explain?${queryOf(asked)}`
  return (
    <>
      <PageHead title="Explain" about="What becomes of a request, and why. Nothing is sent.">
        {path !== undefined && <CopyButton text={location.href} label="Copy link" shows />}
      </PageHead>
      <AskedForm asked={asked} />
      {path === undefined ? (
        <Empty title="Ask about a request" icon="explain">
          You see the certificate, every host and path with why it lost, the policies, the canary draw, the
          endpoint and the head that would be sent.
        </Empty>
      ) : (
        <Answer path={path} />
      )}
    </>
  )
}

/** The form follows the address: links elsewhere fill it in. */
function AskedForm({ asked }: { readonly asked: Asked }) {
  const [draft, setDraft] = useState(asked)
  const address = queryOf(asked).toString()
  useEffect(() => setDraft(readAsked(place.value.query)), [address])
  return <ExplainForm asked={draft} onChange={setDraft} onSubmit={() => goTo(explainHref(draft))} />
}

function Answer({ path }: { readonly path: string }) {
  const { answer, error, reload } = useApi<Explanation>(path)
  if (error !== undefined) return <Failed error={error} reload={reload} />
  if (answer === undefined) return <Loading />
  return (
    <>
      <Verdict explanation={answer} />
      <Trace explanation={answer} />
    </>
  )
}

const tones: Record<Explanation['outcome']['kind'], Tone> = {
  forwarded: 'ok',
  passthrough: 'ok',
  answered: 'accent',
  refused: 'error',
  'handshake-refused': 'error',
}

function Verdict({ explanation }: { readonly explanation: Explanation }) {
  const { outcome, verdict, request } = explanation
  const tone = outcome.kind === 'answered' && (outcome.status ?? 0) >= 400 ? 'error' : tones[outcome.kind]
  return (
    <div class={`verdict is-${tone}`} role="status">
      <p class="asked">
        <strong>{request.method}</strong> {request.scheme}://{request.authority}
        {request.target} <span class="muted">from {request.clientAddress}</span>
      </p>
      <p class="said">
        <Badge tone={tone}>{outcome.status ?? outcome.kind}</Badge> {verdict}
      </p>
    </div>
  )
}
