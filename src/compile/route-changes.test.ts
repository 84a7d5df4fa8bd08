import { expect, it } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { ingress, service, slice } from '../../test/support/resources.ts'
import type { Resource } from '../resources/resource.ts'
import { countRouteChanges } from './route-changes.ts'

function tableOf(paths: readonly string[], ...extra: Resource[]) {
  return compile([ingress({ rules: { 'a.com': paths } }), service(), ...extra]).table
}

it('counts every route of a first table as added', () => {
  expect(countRouteChanges(undefined, tableOf(['P /a web:80', 'P /b web:80']))).toEqual({
    added: 2,
    changed: 0,
    removed: 0,
  })
})

it('counts what was added, changed and removed by id', () => {
  const before = tableOf(['P /same web:80', 'P /gone web:80', 'P /port web:80'])
  const after = tableOf(['P /same web:80', 'P /new web:80', 'P /port web:81'])
  expect(countRouteChanges(before, after)).toEqual({ added: 1, changed: 1, removed: 1 })
})

it('counts a route as changed when its endpoints did', () => {
  expect(
    countRouteChanges(tableOf(['P / web:80']), tableOf(['P / web:80'], slice('web', ['127.0.0.1']))),
  ).toEqual({
    added: 0,
    changed: 1,
    removed: 0,
  })
})

it('counts a route as changed when a policy did, and no other', () => {
  const tableWith = (size: string) => {
    const annotations = { 'nginx.ingress.kubernetes.io/proxy-body-size': size }
    const rules = { 'a.com': ['P / web:80'] }
    return compile([ingress({ rules, annotations }), service()]).table
  }
  const [before, same, other] = [tableWith('8m'), tableWith('8m'), tableWith('9m')]
  expect(countRouteChanges(before, other)).toEqual({ added: 0, changed: 1, removed: 0 })
  expect(countRouteChanges(before, same)).toEqual({ added: 0, changed: 0, removed: 0 })
})

it('counts default backends of Ingresses, for hosts and for everything unclaimed', () => {
  const rules = { 'a.com': ['P / web:80'] }
  const without = compile([ingress({ rules }), service()]).table
  const beside = compile([ingress({ rules, defaultBackend: 'web:80' }), service()]).table
  const other = compile([ingress({ rules, defaultBackend: 'web:81' }), service()]).table
  const alone = compile([ingress({ defaultBackend: 'web:80' }), service()]).table
  expect(countRouteChanges(without, beside)).toEqual({ added: 1, changed: 0, removed: 0 })
  expect(countRouteChanges(beside, other)).toEqual({ added: 0, changed: 1, removed: 0 })
  expect(countRouteChanges(beside, without)).toEqual({ added: 0, changed: 0, removed: 1 })
  expect(countRouteChanges(undefined, alone)).toEqual({ added: 1, changed: 0, removed: 0 })
})

it('counts nothing when a new compile gives the same', () => {
  expect(countRouteChanges(tableOf(['P / web:80']), tableOf(['P / web:80']))).toEqual({
    added: 0,
    changed: 0,
    removed: 0,
  })
})
