import { expect, it } from 'vitest'
import { compile } from '../../../test/support/compile.ts'
import { ingress, resourceSet, service, slice } from '../../../test/support/resources.ts'
import type { Resource } from '../../resources/resource.ts'
import { readLabelSelector } from '../objects/label-selector.ts'
import { createRoutesWatch, type RoutesOptions, renderRoutes, wantedRoutes } from './routes-output.ts'

const options: RoutesOptions = { output: 'text', showsHeaders: true, host: undefined, selector: undefined }

function routesOf(resources: readonly Resource[], wanted: Partial<RoutesOptions> = {}) {
  return wantedRoutes(compile(resources).table, resourceSet(...resources), { ...options, ...wanted })
}

const web = ingress({ rules: { 'a.com': ['P / web:80'], '*.b.com': ['P /x web:80'] } })
const labelled = {
  ...ingress({ name: 'other', rules: { 'c.com': ['P / web:80'] } }),
  meta: { ...ingress({ name: 'other' }).meta, labels: new Map([['app', 'other']]) },
}
const objects = [web, labelled, service(), slice('web', ['10.0.0.1', '!10.0.0.2'])]

it('shows the routes of the host that takes requests for a name', () => {
  const pathsFor = (host: string) => routesOf(objects, { host }).map(({ path }) => path)
  const names = ['a.com', 'A.Com.', 'any.b.com', '*.b.com', 'bücher.b.com', 'd.com']
  expect(names.map(pathsFor)).toEqual([['/'], ['/'], ['/x'], ['/x'], ['/x'], []])
})

it('shows the routes of Ingresses with certain labels', () => {
  const rows = routesOf(objects, { selector: readLabelSelector('app=other') })
  expect(rows.map(({ host, ingress: name }) => [host, name])).toEqual([['c.com', 'default/other']])
})

it('adds Ingress and addresses where it is wide, and is names alone where those are asked for', () => {
  const rows = routesOf(objects, { host: 'a.com' })
  expect(renderRoutes(rows, { ...options, output: 'wide' })).toBe(
    'HOST    PATH   TYPE     SERVICE   ENDPOINTS   TLS   CANARY   FROM          INGRESS       ADDRESSES\n' +
      'a.com   /      Prefix   web:80    1/2         -     -        path.yaml:1   default/web   10.0.0.1:3000\n',
  )
  expect(renderRoutes(rows, { ...options, output: 'name' })).toBe('a.com/\n')
  expect(renderRoutes(rows, { ...options, output: 'yaml' })).toMatch(/^- addresses:\n {2}- 10.0.0.1:3000\n/)
  expect(renderRoutes([], options)).toBe('')
})

it('prints what changes below a table that was printed before', () => {
  const next = createRoutesWatch({ ...options, showsHeaders: false })
  const first = next(routesOf(objects))
  expect(first.split('\n')).toHaveLength(4)
  expect(next(routesOf(objects))).toBe('')
  const changed = next(routesOf([...objects.slice(0, 3), slice('web', ['10.0.0.1', '10.0.0.2'])]))
  expect(changed.split('\n')[0]).toMatch(/^a.com +\/ +Prefix +web:80 +2\/2/)
  expect(next(routesOf([web, service(), slice('web', ['10.0.0.1', '10.0.0.2'])]))).toMatch(/^c.com/)
})
