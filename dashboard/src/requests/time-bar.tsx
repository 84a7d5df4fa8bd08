// Where the time of a request went, as a bar with its legend.
import type { RequestView } from '../../../src/admin/api/live-types.ts'
import { duration, percent } from '../words/figures.ts'
import { splitTime } from './time-split.ts'

/** The parts as long as they took; a part that was very short stays visible. */
export function TimeBar({ request }: { readonly request: RequestView }) {
  const parts = splitTime(request)
  if (parts.length === 0) return null
  return (
    <section class="times">
      <h3>
        Time <span class="muted">{duration(request.durationMs)}</span>
      </h3>
      <div class="time-bar" aria-hidden="true">
        {parts.map(({ name, ms }) => (
          <span key={name} class={`time-${name}`} style={{ flexGrow: ms }} />
        ))}
      </div>
      <dl class="time-legend">
        {parts.map(({ name, label, ms }) => (
          <div key={name}>
            <dt>
              <i class={`time-swatch time-${name}`} />
              {label}
            </dt>
            <dd>
              {duration(ms)} <span class="muted">{percent(ms, request.durationMs)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
