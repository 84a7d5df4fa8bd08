// However a path is encoded, the rule for what it means takes it, and the backend gets it as the client wrote it.
import { expect, test } from 'vitest'
import { startEchoServices } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText } from '../support/manifest-text.ts'
import { startProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'

async function startGuarded() {
  const { text } = await startEchoServices('root', 'guarded', 'exact')
  const rules = { 'foo.com': ['Prefix / root:80', 'Prefix /a guarded:80', 'Exact /x/y exact:80'] }
  return startProxy({ files: { 'rules.yaml': documents(ingressText({ rules }), text) } })
}

test('encodings of a path lead to the rule for the path, and are sent on unchanged', async () => {
  const proxy = await startGuarded()
  const rows: [target: string, served: string][] = [
    ['/a', 'guarded'],
    ['/%61', 'guarded'],
    ['/%61?q=%61', 'guarded'],
    ['//a', 'guarded'],
    ['/./a', 'guarded'],
    ['/x/../a', 'guarded'],
    ['/x/%2e%2e/a', 'guarded'],
    ['/x/.%2E/a', 'guarded'],
    ['/%2fa', 'guarded'],
    ['/a%2fb', 'guarded'],
    ['/a/b/../../a/c', 'guarded'],
    ['/a/%2e%2e/b', 'root'],
    ['/a/../b', 'root'],
    ['/a/..', 'root'],
    ['/a;x', 'root'],
    ['/a%20', 'root'],
    ['/A', 'root'],
    // Decoded once only: this one means the text %61.
    ['/%2561', 'root'],
    ['/x%2Fy', 'exact'],
    ['/x//y', 'exact'],
    ['/x/y/.', 'root'],
  ]

  const answers = await Promise.all(
    rows.map(async ([path]) => {
      const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path })
      const { url, backend } = response.echo()
      return [url, backend]
    }),
  )

  expect(answers).toEqual(rows)
})

test.for([
  '/..',
  '/../a',
  '/a/../../b',
  '/%2e%2e/a',
  '/a/%2e%2e%2f%2e%2e/b',
  '/%zz',
  '/a%',
  '/a%0d%0ab',
  '/a%00',
])('the path %s, which climbs above the root or can not be read, is refused', async target => {
  const proxy = await startGuarded()
  const client = await rawClient(proxy.httpPort)

  client.send(`GET ${target} HTTP/1.1\r\nHost: foo.com\r\nConnection: close\r\n\r\n`)

  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /)
})

test('rules with escapes and letters beyond ASCII take the request in either form', async () => {
  const { text } = await startEchoServices('one', 'two')
  const rules = { 'foo.com': ['Prefix /caf%C3%A9 one:80', 'Prefix /käse two:80'] }
  const proxy = await startProxy({ files: { 'rules.yaml': documents(ingressText({ rules }), text) } })

  const served = await Promise.all(
    ['/caf%C3%A9/x', '/caf%c3%a9', '/k%C3%A4se'].map(async path => {
      const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path })
      return response.echo().backend
    }),
  )

  expect(served).toEqual(['one', 'one', 'two'])
})
