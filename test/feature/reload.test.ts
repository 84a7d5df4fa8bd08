// What a change of the manifests does to requests: the next one sees it, those under way do not.
import { expect, test } from 'vitest'
import { askOver, openConnection } from '../support/ask-over.ts'
import { startEchoServices, whoServes } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startHeldBackend } from '../support/held-backend.ts'
import { ingressText, serviceText } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const fooTo = (service: string, name = 'web') =>
  ingressText({ name, rules: { 'foo.com': [`Prefix / ${service}:80`] } })

function ask(proxy: TestProxy, host = 'foo.com'): Promise<string | number> {
  return whoServes({ port: proxy.httpPort, host })
}

async function startFoo(...services: string[]): Promise<TestProxy> {
  const { text } = await startEchoServices(...services)
  return startProxy({ files: { 'foo.yaml': fooTo(services[0]!), 'services.yaml': text } })
}

test('a file that is written in place or renamed into place is live', async () => {
  const proxy = await startFoo('a', 'b')
  expect(await ask(proxy)).toBe('a')

  const renamed = proxy.nextChange()
  await proxy.manifests.replace('foo.yaml', fooTo('b'))
  await renamed
  expect(await ask(proxy)).toBe('b')

  const written = proxy.nextChange()
  await proxy.manifests.write('foo.yaml', fooTo('a'))
  await written
  expect(await ask(proxy)).toBe('a')
})

test('a new file in a new directory is live', async () => {
  const proxy = await startFoo('a')

  const added = proxy.nextChange(change => change.ingressCount === 2)
  await proxy.manifests.write(
    'teams/shop/bar.yaml',
    ingressText({ name: 'bar', rules: { 'bar.com': ['Prefix / a:80'] } }),
  )
  await added

  expect(await ask(proxy, 'bar.com')).toBe('a')
})

test('a connection that is open sees the new table with its next request', async () => {
  const proxy = await startFoo('a', 'b')
  const connection = await openConnection(proxy.httpPort)
  expect(await askOver(connection, 'foo.com')).toContain('"backend":"a"')

  const changed = proxy.nextChange()
  await proxy.manifests.replace('foo.yaml', fooTo('b'))
  await changed

  expect(await askOver(connection, 'foo.com')).toContain('"backend":"b"')
})

test('an Ingress that is deleted answers 404; the others stay', async () => {
  const { text } = await startEchoServices('a')
  const bar = ingressText({ name: 'bar', rules: { 'bar.com': ['Prefix / a:80'] } })
  const proxy = await startProxy({
    files: { 'foo.yaml': fooTo('a'), 'bar.yaml': bar, 'services.yaml': text },
  })
  expect(await ask(proxy)).toBe('a')

  const removed = proxy.nextChange()
  await proxy.manifests.remove('foo.yaml')
  const change = await removed

  expect(change.routes).toEqual({ added: 0, changed: 0, removed: 1 })
  expect(await ask(proxy)).toBe(404)
  expect(await ask(proxy, 'bar.com')).toBe('a')
})

test('a file that stops parsing keeps serving what it said last, and says so', async () => {
  const proxy = await startFoo('a', 'b')

  const broken = proxy.nextChange(change => change.keptFiles.length > 0)
  await proxy.manifests.replace('foo.yaml', `${fooTo('b')}---\nkind: [`)
  const { keptFiles, diagnostics } = await broken

  expect(keptFiles).toMatchObject([{ file: expect.stringContaining('foo.yaml'), errorCount: 1 }])
  expect(diagnostics.map(({ code }) => code)).toEqual(['yaml-syntax'])
  expect(await ask(proxy)).toBe('a')

  const mended = proxy.nextChange(change => change.keptFiles.length === 0)
  await proxy.manifests.replace('foo.yaml', fooTo('b'))
  await mended
  expect(await ask(proxy)).toBe('b')
})

test('an Ingress that becomes invalid in part does not disturb its other rules', async () => {
  const { text } = await startEchoServices('a')
  const rules = (path: string) => ({ 'foo.com': ['Prefix /good a:80', `Prefix ${path} a:80`] })
  const proxy = await startProxy({
    files: { 'foo.yaml': ingressText({ rules: rules('/fine') }), 'services.yaml': text },
  })

  const changed = proxy.nextChange()
  await proxy.manifests.replace('foo.yaml', ingressText({ rules: rules('/not/../fine') }))
  await changed

  expect(proxy.codes()).toEqual(['path-invalid'])
  expect(await whoServes({ port: proxy.httpPort, host: 'foo.com', path: '/good' })).toBe('a')
  expect(await whoServes({ port: proxy.httpPort, host: 'foo.com', path: '/fine' })).toBe(404)
})

test('a Service that is scaled to nothing answers 503, and serves when it is back', async () => {
  const { text, backends } = await startEchoServices('a')
  const proxy = await startProxy({ files: { 'foo.yaml': fooTo('a'), 'service.yaml': text } })

  const emptied = proxy.nextChange()
  await proxy.manifests.replace('service.yaml', serviceText('a'))
  await emptied
  expect(await ask(proxy)).toBe(503)

  const back = proxy.nextChange()
  await proxy.manifests.replace('service.yaml', serviceText('a', { endpoints: [backends.a.address] }))
  await back
  expect(await ask(proxy)).toBe('a')
})

test('a request under way on an endpoint that is removed is finished by it', async () => {
  const held = await startHeldBackend()
  const { text } = await startEchoServices('b')
  const serviceTo = (endpoint: string) => serviceText('a', { endpoints: [endpoint] })
  const proxy = await startProxy({
    files: { 'foo.yaml': fooTo('a'), 'b.yaml': text, 'a.yaml': serviceTo(held.address) },
  })
  const underWay = fetchFrom({ port: proxy.httpPort, host: 'foo.com' })
  const response = await held.nextRequest()

  const moved = proxy.nextChange()
  await proxy.manifests.replace('foo.yaml', fooTo('b'))
  await moved
  expect(await ask(proxy)).toBe('b')
  response.end('finished')

  expect(await underWay).toMatchObject({ status: 200, body: 'finished' })
})

test('a table that is the same again leaves its host routes the same objects', async () => {
  const proxy = await startFoo('a')
  const before = proxy.changes[0]!.table.hosts[0]

  const rescanned = proxy.nextChange()
  await proxy.app.rescan()
  const { table, generation, routes } = await rescanned

  expect(generation).toBe(2)
  expect(routes).toEqual({ added: 0, changed: 0, removed: 0 })
  expect(table.hosts[0]).toBe(before)
})
