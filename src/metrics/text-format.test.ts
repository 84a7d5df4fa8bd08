import { expect, test } from 'vitest'
import { createExposition } from './exposition.ts'
import { type Family, histogramFamily, labelText, plainFamily, singleFamily } from './family.ts'
import { Histogram } from './histogram.ts'

async function textOf(families: readonly Family[], accept?: string): Promise<string> {
  let text = ''
  for await (const piece of createExposition(families).render(accept).pieces) text += piece
  return text
}

const openMetrics = 'application/openmetrics-text'

test('values of labels are escaped, whatever a manifest holds', () => {
  expect(labelText({ path: 'a"b\\c\nd', n: 1 })).toBe('path="a\\"b\\\\c\\nd",n="1"')
})

test('a histogram holds in each bucket what lies below', async () => {
  const histogram = new Histogram([0.5, 10, 1e6])
  for (const value of [0.1, 0.5, 3, 2e6]) histogram.observe(value)
  expect(await textOf([histogramFamily('a', 'A.', histogram)])).toBe(
    [
      '# HELP a A.',
      '# TYPE a histogram',
      'a_bucket{le="0.5"} 2',
      'a_bucket{le="10"} 3',
      'a_bucket{le="1e+06"} 3',
      'a_bucket{le="+Inf"} 4',
      'a_sum 2000003.6',
      'a_count 4',
      '',
    ].join('\n'),
  )
})

test('OpenMetrics has counters without _total in their names, canonical bounds and an end', async () => {
  const histogram = new Histogram([0.5, 10])
  const families = [
    singleFamily('counter', 'b_total', 'Says "b".', () => 2),
    histogramFamily('a', 'A.', histogram),
  ]
  expect(await textOf(families, openMetrics)).toBe(
    [
      '# TYPE b counter',
      '# HELP b Says \\"b\\".',
      'b_total 2',
      '# TYPE a histogram',
      '# HELP a A.',
      'a_bucket{le="0.5"} 0',
      'a_bucket{le="10.0"} 0',
      'a_bucket{le="+Inf"} 0',
      'a_sum 0',
      'a_count 0',
      '# EOF',
      '',
    ].join('\n'),
  )
})

test('OpenMetrics keeps names that it does not allow for counters, as metrics of unknown type', async () => {
  const families = [
    singleFamily('counter', 'requests', 'R.', () => 1),
    singleFamily('gauge', 'connections', 'C.', () => 2),
    singleFamily('counter', 'connections_total', 'C.', () => 3),
  ]
  const types = (await textOf(families, openMetrics)).split('\n').filter(line => line.startsWith('# TYPE'))
  expect(types).toEqual([
    '# TYPE requests unknown',
    '# TYPE connections gauge',
    '# TYPE connections_total unknown',
  ])
})

test.each([
  [undefined, 'text/plain'],
  ['*/*', 'text/plain'],
  ['application/openmetrics-text;q=0', 'text/plain'],
  ['application/openmetrics-text;q=0.2,text/plain;q=0.7', 'text/plain'],
  ['text/plain;version=0.0.4;q=0.3, application/openmetrics-text;version=1.0.0;q=0.6,*/*;q=0.1', openMetrics],
  [openMetrics, openMetrics],
  ['application/openmetrics-text;q=many', 'text/plain'],
])('Accept: %s gets %s', (accept, type) => {
  expect(createExposition([]).render(accept).contentType).toMatch(new RegExp(`^${type};`))
})

test('a metric that the system does not tell has no sample', async () => {
  expect(await textOf([singleFamily('gauge', 'a', 'A.', () => undefined)])).toBe(
    '# HELP a A.\n# TYPE a gauge\n',
  )
})

test('a long text takes turns with others', async () => {
  const count = 200_000
  const entries = () => Array.from({ length: count }, (_, index) => [[index], index] as const)
  let isDone = false
  let turns = 0
  const others = () => {
    if (isDone) return
    turns++
    setImmediate(others)
  }
  setImmediate(others)
  const text = await textOf([plainFamily('gauge', 'a', 'A.', ['n'], entries)])
  isDone = true
  expect(text.split('\n')).toHaveLength(count + 3)
  expect(turns).toBeGreaterThan(2)
})
