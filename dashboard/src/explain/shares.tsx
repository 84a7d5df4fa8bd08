// How often the same request goes where, as bars.
import { Badge } from '../components/badge.tsx'
import { percent } from '../words/figures.ts'
import type { Explanation } from './explanation.ts'

/** One bar for each way, the most frequent first. */
export function Shares({ shares }: { readonly shares: NonNullable<Explanation['shares']> }) {
  return (
    <table class="shares">
      <caption class="unseen">How often the request goes where</caption>
      <tbody>
        {shares.outcomes.map(({ times, to, variant, isCanary, endpoint }) => (
          <tr key={`${to} ${endpoint}`}>
            <th scope="row">
              {to}{' '}
              {(variant !== undefined || isCanary === true) && (
                <Badge tone="accent">{variant ?? 'canary'}</Badge>
              )}{' '}
              {endpoint !== undefined && <code class="muted">{endpoint}</code>}
            </th>
            <td class="shares-bar">
              <meter
                min={0}
                max={shares.times}
                value={times}
                aria-label={`${to}: ${percent(times, shares.times)}`}
              />
            </td>
            <td class="number">{percent(times, shares.times)}</td>
            <td class="number muted">{times.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
