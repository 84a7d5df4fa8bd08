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
