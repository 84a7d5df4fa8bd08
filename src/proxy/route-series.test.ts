import { expect, test } from 'vitest'
import { compileManifest } from '../../test/support/compile-manifest.ts'
import { canaryText, documents, ingressText, serviceText } from '../../test/support/manifest-text.ts'
import { RequestSeries } from '../metrics/request-series.ts'
import { findCanarySeries, seriesOf } from './route-series.ts'

test('canaries of several routes that lead to one Service are counted apart', () => {
  const rules = { 'a.test': ['Prefix /one web:80', 'Prefix /two web:80'] }
  const canaries = { 'a.test': ['Prefix /one next:80', 'Prefix /two next:80'] }
  const { table } = compileManifest(
    documents(
      ingressText({ rules }),
      canaryText({ rules: canaries }, { weight: '50' }),
      serviceText('web', { endpoints: ['127.0.0.1:3000'] }),
      serviceText('next', { endpoints: ['127.0.0.1:3001'] }),
    ),
  )
  const [one, two] = table.hosts[0]!.routes
  const series = new RequestSeries()
  const counted = seriesOf(series, one, one!.canaries[0])
  expect(counted.labels).toMatchObject({ path: '/one', canary: 'default-next-80' })
  expect(findCanarySeries(series, one!, one!.canaries[0]!)).toBe(counted)
  expect(findCanarySeries(series, two!, two!.canaries[0]!)).toBeUndefined()
  expect(seriesOf(series, two, two!.canaries[0]).labels.path).toBe('/two')
})
