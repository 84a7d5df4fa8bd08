// Which rule takes a request, by the tables of the Kubernetes documentation ("Hostname wildcards", "Path types", "Multiple
// matches") and what they leave open, asked over real sockets.
import { expect, test } from 'vitest'
import { type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { documents, ingressText } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'

/** One Ingress with these rules and a Service behind each name in them. */
async function startRules(
  rules: Readonly<Record<string, readonly string[]>>,
  ...services: string[]
): Promise<TestProxy> {
  const { text } = await startEchoServices(...services)
  return startProxy({ files: { 'rules.yaml': documents(ingressText({ rules }), text) } })
}

test('a wildcard host covers exactly one label of letters, digits, _ and -', async () => {
  const proxy = await startRules({ '*.foo.com': ['Prefix / wildcard:80'] }, 'wildcard')
  const rows: ServedRow[] = [
    ['bar.foo.com', '/', 'wildcard'],
    ['b_a-r9.foo.com', '/', 'wildcard'],
    ['baz.bar.foo.com', '/', 404],
    ['foo.com', '/', 404],
    ['bar.foo.com.evil.com', '/', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a precise host beats a wildcard, a wildcard beats a rule without host', async () => {
  const rules = {
    '': ['Prefix / catch-all:80'],
    '*.bar.com': ['Prefix / wildcard:80'],
    'foo.bar.com': ['Prefix / precise:80'],
  }
  const proxy = await startRules(rules, 'catch-all', 'wildcard', 'precise')
  const rows: ServedRow[] = [
    ['foo.bar.com', '/', 'precise'],
    ['baz.bar.com', '/', 'wildcard'],
    ['bar.com', '/', 'catch-all'],
    ['127.0.0.1', '/', 'catch-all'],
    ['[::1]', '/', 'catch-all'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a chosen host without a matching path does not fall through to another host', async () => {
  const rules = {
    '': ['Prefix / catch-all:80'],
    '*.bar.com': ['Prefix /only wildcard:80'],
    'foo.bar.com': ['Exact /x precise:80'],
  }
  const proxy = await startRules(rules, 'catch-all', 'wildcard', 'precise')
  const rows: ServedRow[] = [
    ['foo.bar.com', '/x', 'precise'],
    ['foo.bar.com', '/only', 404],
    ['foo.bar.com', '/', 404],
    ['baz.bar.com', '/only', 'wildcard'],
    ['baz.bar.com', '/', 404],
    ['other.com', '/', 'catch-all'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('port, case and a trailing dot of the Host header do not matter', async () => {
  const proxy = await startRules(
    { 'foo.com': ['Prefix / foo:80'], '*.foo.com': ['Prefix / sub:80'] },
    'foo',
    'sub',
  )
  const rows: ServedRow[] = [
    ['foo.com:8080', '/', 'foo'],
    ['FOO.Com', '/', 'foo'],
    ['foo.com.', '/', 'foo'],
    ['FOO.COM.:80', '/', 'foo'],
    ['BAR.foo.com.:443', '/', 'sub'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('an absolute request target names the host, whatever the Host header says', async () => {
  const proxy = await startRules({ 'foo.com': ['Prefix / foo:80'] }, 'foo')
  const client = await rawClient(proxy.httpPort)

  client.send('GET http://foo.com/x HTTP/1.1\r\nHost: other.com\r\nConnection: close\r\n\r\n')

  expect(await client.untilClosed()).toContain('"url":"/x"')
})

test('HTTP/1.0 without Host goes to the rules without host', async () => {
  const proxy = await startRules(
    { '': ['Prefix / catch-all:80'], 'foo.com': ['Prefix / foo:80'] },
    'catch-all',
    'foo',
  )
  const client = await rawClient(proxy.httpPort)

  client.send('GET / HTTP/1.0\r\n\r\n')

  expect(await client.untilClosed()).toContain('"backend":"catch-all"')
})

test('every row of the pathType table', async () => {
  const table: [rules: string[], ...requests: [path: string, served: string | number][]][] = [
    [['Prefix / one:80'], ['/', 'one'], ['/any/path', 'one']],
    [['Exact /foo one:80'], ['/foo', 'one'], ['/bar', 404], ['/foo/', 404]],
    [['Exact /foo/ one:80'], ['/foo', 404], ['/foo/', 'one']],
    [['Prefix /foo one:80'], ['/foo', 'one'], ['/foo/', 'one']],
    [['Prefix /foo/ one:80'], ['/foo', 'one'], ['/foo/', 'one']],
    [['Prefix /aaa/bb one:80'], ['/aaa/bbb', 404]],
    [
      ['Prefix /aaa/bbb one:80'],
      ['/aaa/bbb', 'one'],
      ['/aaa/bbb/', 'one'],
      ['/aaa/bbb/ccc', 'one'],
      ['/aaa/bbbxyz', 404],
    ],
    [['Prefix /aaa/bbb/ one:80'], ['/aaa/bbb', 'one']],
    [
      ['Prefix / one:80', 'Prefix /aaa two:80'],
      ['/aaa/ccc', 'two'],
    ],
    [
      ['Prefix / one:80', 'Prefix /aaa two:80', 'Prefix /aaa/bbb three:80'],
      ['/aaa/bbb', 'three'],
      ['/ccc', 'one'],
    ],
    [['Prefix /aaa one:80'], ['/ccc', 404]],
    [
      ['Prefix /foo one:80', 'Exact /foo two:80'],
      ['/foo', 'two'],
      ['/foo/', 'one'],
    ],
    [
      ['Prefix /foo one:80', 'Prefix /foo/ two:80'],
      ['/foo', 'two'],
      ['/foo/', 'two'],
      ['/foo/x', 'two'],
    ],
    [['ImplementationSpecific /foo one:80'], ['/foo', 'one'], ['/foo/x', 'one'], ['/foox', 404]],
  ]
  const hosts = table.map(([rules], index) => [`row-${index}.com`, rules])
  const proxy = await startRules(Object.fromEntries(hosts), 'one', 'two', 'three')
  const rows = table.flatMap(([, ...requests], index) =>
    requests.map(([path, served]): ServedRow => [`row-${index}.com`, path, served]),
  )

  expect(proxy.codes()).toEqual(['path-shadowed'])
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('the query takes no part in matching', async () => {
  const proxy = await startRules({ 'foo.com': ['Exact /foo one:80', 'Prefix /bar two:80'] }, 'one', 'two')
  const rows: ServedRow[] = [
    ['foo.com', '/foo?x=/bar', 'one'],
    ['foo.com', '/foo?', 'one'],
    ['foo.com', '/bar?/..', 'two'],
    ['foo.com', '/?/foo', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('paths of several Ingresses for one host come together; the older wins an equal rule', async () => {
  const { text } = await startEchoServices('old', 'young', 'own')
  const rules = (...paths: string[]) => ({ 'foo.com': paths })
  const proxy = await startProxy({
    files: {
      // Read first, but younger.
      'a.yaml': ingressText({
        name: 'young',
        created: '2026-02-01T00:00:00Z',
        rules: rules('Prefix / young:80', 'Prefix /own own:80'),
      }),
      'b.yaml': ingressText({
        name: 'old',
        created: '2026-01-01T00:00:00Z',
        rules: rules('Prefix / old:80'),
      }),
      'services.yaml': text,
    },
  })

  const rows: ServedRow[] = [
    ['foo.com', '/', 'old'],
    ['foo.com', '/own', 'own'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  expect(proxy.changes[0]!.diagnostics).toMatchObject([
    { code: 'path-conflict', object: 'Ingress default/young' },
  ])
})

test('without timestamps the first file, then the first in it, wins an equal rule', async () => {
  const { text } = await startEchoServices('first', 'second', 'third')
  const of = (name: string) => ingressText({ name, rules: { 'foo.com': [`Prefix / ${name}:80`] } })
  const proxy = await startProxy({
    files: {
      'b.yaml': of('third'),
      'a.yaml': documents(of('first'), of('second')),
      'services.yaml': text,
    },
  })

  const rows: ServedRow[] = [['foo.com', '/', 'first']]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  expect(proxy.codes()).toEqual(['path-conflict', 'path-conflict'])
})

test('a rule that is not served takes neither its Ingress nor its neighbours along', async () => {
  const { text } = await startEchoServices('good')
  const proxy = await startProxy({
    files: {
      'services.yaml': text,
      'broken.yaml': ingressText({
        rules: {
          'foo.com': ['Prefix no-slash good:80', 'Prefix /a//b good:80', 'Prefix /ok good:80'],
          '*.*.foo.com': ['Prefix / good:80'],
          'bar.com': ['Prefix / good:80'],
        },
      }),
    },
  })

  const rows: ServedRow[] = [
    ['foo.com', '/ok', 'good'],
    ['foo.com', '/a/b', 404],
    ['foo.com', '/', 404],
    ['a.b.foo.com', '/', 404],
    ['bar.com', '/', 'good'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  expect(proxy.codes()).toEqual(['path-invalid', 'path-invalid', 'host-invalid'])
})
