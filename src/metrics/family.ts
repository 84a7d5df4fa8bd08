// What one metric is, whichever text it is shown in. Values are read at the moment they are shown.
import type { Histogram } from './histogram.ts'

/** A metric with all its labels' values. Names are Prometheus' (`…_total`, `…_seconds`). */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  /** One sentence. */
  readonly help: string
  /** Names of the labels that tell its samples apart, `le` aside. */
  readonly labelNames: readonly string[]
  /** Read one by one, with pauses: what was counted may change between two of them. */
  samples(): Iterable<Sample>
}

/** One line. */
export interface Sample {
  /** What follows the name: `_bucket`, `_sum`, `_count`, or nothing. */
  readonly suffix: '' | '_bucket' | '_sum' | '_count'
  /** As `labelText` gives it. */
  readonly labels: string
  /** The upper bound of a bucket. */
  readonly le?: number
  readonly value: number
}

/** Labels as they stand between braces: `status="200",method="GET"`. */
export function labelText(labels: Readonly<Record<string, string | number>>): string {
  let text = ''
  for (const [name, value] of Object.entries(labels))
    text += `${text === '' ? '' : ','}${name}="${escapeLabel(String(value))}"`
  return text
}

/** Two texts of labels as one. */
export function joinLabels(a: string, b: string): string {
  return a === '' || b === '' ? a + b : `${a},${b}`
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value
}

/** Values of the labels, in the order of their names, and what is counted under them. */
export type Entry = readonly [labels: readonly (string | number)[], value: number]

/** A counter or gauge. `common`: labels of every sample, as `labelText` gives them. */
export function plainFamily(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  labelNames: readonly string[],
  entries: () => Iterable<Entry>,
  common = '',
): Family {
  return {
    name,
    type,
    help,
    labelNames,
    *samples() {
      for (const [values, value] of entries()) {
        const own = labelText(Object.fromEntries(labelNames.map((label, index) => [label, values[index]!])))
        yield { suffix: '', labels: joinLabels(common, own), value }
      }
    },
  }
}

/** One number; `undefined` where it is not known, and then not shown. */
export function singleFamily(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  read: () => number | undefined,
  common = '',
): Family {
  const entries = () => {
    const value = read()
    return value === undefined ? [] : [[[], value] as const]
  }
  return plainFamily(type, name, help, [], entries, common)
}

/** A histogram by itself. */
export function histogramFamily(name: string, help: string, histogram: Histogram): Family {
  return { name, type: 'histogram', help, labelNames: [], samples: () => histogramSamples(histogram, '') }
}

/** A histogram as Prometheus is shown it: each bucket holds those of all below. All at one moment: its parts agree. */
export function histogramSamples({ bounds, counts, sum }: Histogram, labels: string): Sample[] {
  const samples: Sample[] = []
  let count = 0
  for (const [index, own] of counts.entries()) {
    count += own
    samples.push({ suffix: '_bucket', labels, le: bounds[index] ?? Infinity, value: count })
  }
  samples.push({ suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count })
  return samples
}
