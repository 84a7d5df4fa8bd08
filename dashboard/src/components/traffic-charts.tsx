// Rate and latency of the last minutes, side by side.
import { useMemo } from 'preact/hooks'
import type { Sample } from '../../../src/admin/api/types.ts'
import { compact, duration } from '../words/figures.ts'
import { Chart } from './chart.tsx'

/** As many as Portico remembers. */
const seconds = 300

export function TrafficCharts({ samples }: { readonly samples: readonly Sample[] }) {
  const { times, rates, latencies } = useMemo(() => linesOf(samples), [samples])
  return (
    <div class="charts">
      <section class="card">
        <Chart title="Requests per second" times={times} lines={rates} format={shortRate} seconds={seconds} />
      </section>
      <section class="card">
        <Chart title="Latency" times={times} lines={latencies} format={duration} seconds={seconds} />
      </section>
    </div>
  )
}

function linesOf(samples: readonly Sample[]) {
  const of = (value: (sample: Sample) => number | undefined) => samples.map(sample => value(sample) ?? null)
  return {
    times: samples.map(sample => sample.time),
    rates: [
      { label: 'all', colour: 'accent', isFilled: true, values: of(sample => sample.perSecond) },
      { label: 'errors', colour: 'error', values: of(sample => sample.errorsPerSecond) },
    ],
    latencies: [
      { label: 'p50', colour: 'blue', values: of(sample => sample.latencyMs?.p50) },
      { label: 'p90', colour: 'violet', values: of(sample => sample.latencyMs?.p90) },
      { label: 'p99', colour: 'amber', values: of(sample => sample.latencyMs?.p99) },
    ],
  }
}

function shortRate(value: number | undefined): string {
  return value === undefined ? '–' : compact(value)
}
