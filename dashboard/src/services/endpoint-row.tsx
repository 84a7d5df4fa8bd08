// One endpoint of a Service.
import type { EndpointView } from '../../../src/admin/api/types.ts'
import { Badge, type Tone } from '../components/badge.tsx'
import { useNow } from '../live/use-now.ts'
import { compact, duration, span } from '../words/figures.ts'

const states: Record<EndpointView['state'], { tone: Tone; hint: string }> = {
  ready: { tone: 'ok', hint: 'Gets requests' },
  'passed over': { tone: 'warning', hint: 'Failed lately: gets no requests for a while' },
  'left out': { tone: 'error', hint: 'Its health check failed, or it does worse than the others' },
  drained: { tone: 'note', hint: 'Taken out by hand: new requests go elsewhere' },
}

/** A row of the table of endpoints. */
export function EndpointRow(props: {
  readonly endpoint: EndpointView
  readonly drain: () => void
  readonly undrain: () => void
}) {
  const { endpoint } = props
  const { address, state, inFlight, idleConnections, responseMs, answered, failed, ejections } = endpoint
  return (
    <tr>
      <td>
        <code>{address}</code>
      </td>
      <td data-title="State">
        <span>
          <Badge tone={states[state].tone} title={states[state].hint}>
            {state}
          </Badge>{' '}
          <Since endpoint={endpoint} />
        </span>
      </td>
      <Figure title="In flight">{compact(inFlight)}</Figure>
      <Figure title="Idle connections">{compact(idleConnections)}</Figure>
      <Figure title="Response">{duration(responseMs)}</Figure>
      <Figure title="Answered">{compact(answered)}</Figure>
      <td data-title="Failed" class="number">
        {failed === 0 ? '0' : <span class="error-text">{compact(failed)}</span>}
      </td>
      <Figure title="Ejections">{compact(ejections)}</Figure>
      <td class="actions">
        {state === 'drained' ? (
          <button type="button" onClick={props.undrain} aria-label={`Undrain ${address}`}>
            Undrain
          </button>
        ) : (
          <button type="button" onClick={props.drain} aria-label={`Drain ${address}`}>
            Drain
          </button>
        )}
      </td>
    </tr>
  )
}

function Figure(props: { readonly title: string; readonly children: string }) {
  return (
    <td data-title={props.title} class="number">
      {props.children}
    </td>
  )
}

function Since({ endpoint }: { readonly endpoint: EndpointView }) {
  const now = useNow()
  const { passedOverMs, drainedAt } = endpoint
  if (drainedAt !== undefined) return <span class="muted">for {span(now - drainedAt)}</span>
  if (passedOverMs !== undefined && passedOverMs > 0)
    return <span class="muted">{span(passedOverMs)} more</span>
  return null
}
