import { expect, it } from 'vitest'
import { compile } from '../../../test/support/compile.ts'
import { nginx } from '../../../test/support/nginx-annotations.ts'
import { ingress, service } from '../../../test/support/resources.ts'
import { routeCells, routeRows } from './route-rows.ts'

it('shows on the first line of a host what else leads there', () => {
  const annotations = nginx({ 'server-alias': 'b.com,~^c', 'from-to-www-redirect': 'true' })
  const rules = { 'a.com': ['P / web:80', 'P /x web:80'], 'z.com': ['P / web:80'] }
  const rows = routeRows(compile([ingress({ annotations, rules }), service()]).table)

  expect(rows.map(({ host, aliases, redirectedFrom }) => [host, aliases, redirectedFrom])).toEqual([
    ['a.com', ['b.com', '~^c'], ['www.a.com']],
    ['a.com', ['b.com', '~^c'], ['www.a.com']],
    ['z.com', [], ['www.z.com']],
  ])
  expect(routeCells(rows).cells.map(([host]) => host)).toEqual([
    'a.com (also b.com, ~^c) (from www.a.com)',
    'a.com',
    'z.com (from www.z.com)',
  ])
})
