// What a Portico says of itself at its admin port.

/** All samples of `/metrics`, by name and labels as they are written: `portico_requests_total{status_class="2xx",cause=""}`. */
export async function readMetrics(admin: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://${admin}/metrics`)).text()
  const samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map(line => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

/** One line of Prometheus' text. */
export interface MetricSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The samples of a text, Prometheus' or OpenMetrics'; throws where a line is neither a sample nor a comment. */
export function parseMetrics(text: string): MetricSample[] {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.map(line => {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? ([-+\w.]+)$/i.exec(line) ?? []
    if (name === undefined) throw new Error(`no sample: ${line}`)
    const pairs = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)/g)
    return {
      name,
      labels: Object.fromEntries(Array.from(pairs, ([, label, text]) => [label, text])),
      value: value === '+Inf' ? Infinity : Number(value),
    }
  })
}
