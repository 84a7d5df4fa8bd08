// Regex paths and rewriting (`use-regex`, `rewrite-target`): case-insensitive, anchored at the start, and of no effect on the
// other Ingresses of the host.
import { expect, test } from 'vitest'
import { type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { fetchFrom } from '../support/fetch.ts'
import { documents, ingressText } from '../support/manifest-text.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'

const prefix = 'nginx.ingress.kubernetes.io'
const useRegex = { [`${prefix}/use-regex`]: 'true' }
const rewriteTo = (target: string) => ({ [`${prefix}/rewrite-target`]: target })

async function startPaths(annotations: Record<string, string>, ...paths: string[]): Promise<TestProxy> {
  const { text } = await startEchoServices('one', 'two')
  const ingress = ingressText({ annotations, rules: { 'foo.com': paths } })
  return startProxy({ files: { 'all.yaml': documents(ingress, text) } })
}

/** Target asked for → target the backend saw, or the status. */
async function sentOn(
  proxy: TestProxy,
  targets: readonly string[],
): Promise<Record<string, string | number>> {
  const pairs = targets.map(async path => {
    const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path })
    return [path, response.status === 200 ? response.echo().url : response.status] as const
  })
  return Object.fromEntries(await Promise.all(pairs))
}

async function expectSentOn(proxy: TestProxy, expected: Record<string, string | number>): Promise<void> {
  expect(await sentOn(proxy, Object.keys(expected))).toEqual(expected)
}

test('a rewrite target with groups cuts a prefix off', async () => {
  const proxy = await startPaths(rewriteTo('/$2'), 'ImplementationSpecific /something(/|$)(.*) one:80')

  expect(proxy.codes()).toEqual([])
  await expectSentOn(proxy, {
    '/something': '/',
    '/something/': '/',
    '/something/new': '/new',
    '/something/new/': '/new/',
    '/SomeThing/New': '/New',
    '/something/a?b=/c&d': '/a?b=/c&d',
    '/something?q': '/?q',
    '/somethingelse': 404,
    '/x/something/new': 404,
    '/': 404,
  })
})

test('captures come from the decoded path and are encoded again', async () => {
  const proxy = await startPaths(rewriteTo('/$2'), 'ImplementationSpecific /something(/|$)(.*) one:80')

  await expectSentOn(proxy, {
    '/something/a%20b': '/a%20b',
    '/something/%C3%A4': '/%C3%A4',
    '/something/a%3Fb?c': '/a%3Fb?c',
    '/something/a%23b': '/a%23b',
    '/something/100%25': '/100%25',
    '/something/%2561': '/%2561',
    '/some%74hing/x': '/x',
    '/something/a%2Fb': '/a/b',
    '/something//a///b': '/a/b',
    '/something/x/../y': '/y',
    '/something/a+b;c=d,e': '/a+b;c=d,e',
  })
})

test('several groups can be put in any order, and into the query', async () => {
  const proxy = await startPaths(
    rewriteTo('/$2/$1?version=$1'),
    'ImplementationSpecific /v([0-9]+)/([a-z]+)$ one:80',
  )

  await expectSentOn(proxy, {
    '/v2/cart': '/cart/2?version=2',
    '/v2/cart?x=y': '/cart/2?version=2&x=y',
    '/v2/cart/1': 404,
  })
})

test('a target without groups takes everything below the path to one place', async () => {
  const proxy = await startPaths(rewriteTo('/new/backend'), 'ImplementationSpecific /foo.+ one:80')

  await expectSentOn(proxy, {
    '/foo/bar/baz': '/new/backend',
    '/food?q=1': '/new/backend?q=1',
    '/foo': 404,
  })
})

test('a target equal to the path rewrites nothing', async () => {
  const proxy = await startPaths(rewriteTo('/'), 'Prefix / one:80')

  await expectSentOn(proxy, { '/docs//a%20b?page=1': '/docs//a%20b?page=1', '/': '/' })
})

test('a group that the path does not have stands for nothing and is reported', async () => {
  const proxy = await startPaths(rewriteTo('/x/$3'), 'ImplementationSpecific /foo(/.*)? one:80')

  expect(proxy.codes()).toEqual(['path-group-missing'])
  await expectSentOn(proxy, { '/foo/bar': '/x/' })
})

test('a regex without rewrite sends the path on as received', async () => {
  const proxy = await startPaths(useRegex, 'ImplementationSpecific /id/[0-9]+ one:80')

  await expectSentOn(proxy, {
    '/id/123': '/id/123',
    '/ID/12/x//y?z': '/ID/12/x//y?z',
    '/id/123a': '/id/123a',
    '/%69d/1': '/%69d/1',
    '/id/a': 404,
    '/x/id/1': 404,
  })
})

test('use-regex opens Exact and Prefix paths at their end, and says so', async () => {
  const proxy = await startPaths(useRegex, 'Exact /foo one:80', 'Prefix /bar two:80')

  expect(proxy.codes()).toEqual(['path-regex-implied', 'path-regex-implied'])
  const rows: ServedRow[] = [
    ['foo.com', '/foobar', 'one'],
    ['foo.com', '/FOO', 'one'],
    ['foo.com', '/barbaz', 'two'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('of several regexes that match, the longest text wins', async () => {
  const proxy = await startPaths(
    useRegex,
    'ImplementationSpecific /foo/bar/bar one:80',
    'ImplementationSpecific /foo/bar/[a-z]{3} two:80',
    'ImplementationSpecific /foo/.* one:80',
  )

  const rows: ServedRow[] = [
    ['foo.com', '/foo/bar/bar', 'two'],
    ['foo.com', '/foo/bar', 'one'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a regex Ingress changes nothing for its neighbours on the host', async () => {
  const { text } = await startEchoServices('regex', 'plain')
  const rules = (...paths: string[]) => ({ 'foo.com': paths })
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({
          name: 'regex',
          annotations: rewriteTo('/rewritten'),
          rules: rules('ImplementationSpecific /r.* regex:80'),
        }),
        ingressText({ name: 'plain', rules: rules('Exact /exact plain:80', 'Prefix /prefix plain:80') }),
        text,
      ),
    },
  })

  await expectSentOn(proxy, {
    '/R/x': '/rewritten',
    '/exact': '/exact',
    '/exactly': 404,
    '/EXACT': 404,
    '/prefix/x': '/prefix/x',
    '/PREFIX': 404,
    '/prefixes': 404,
  })
})

test('exact paths come first, then the longest text, Prefix before regex', async () => {
  const { text } = await startEchoServices('regex', 'plain')
  const rules = (...paths: string[]) => ({ 'foo.com': paths })
  const regexes = ['/exact.*', '/a/.', '/b.*', '/c/[a-z]+'].map(
    path => `ImplementationSpecific ${path} regex:80`,
  )
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({ name: 'regex', annotations: useRegex, rules: rules(...regexes) }),
        ingressText({
          name: 'plain',
          rules: rules(
            'Exact /exact plain:80',
            'Prefix /a/bc plain:80',
            'Prefix /b/x plain:80',
            'Prefix /c plain:80',
          ),
        }),
        text,
      ),
    },
  })

  const rows: ServedRow[] = [
    ['foo.com', '/exact', 'plain'],
    ['foo.com', '/exact/x', 'regex'],
    ['foo.com', '/a/bc', 'plain'],
    ['foo.com', '/a/x', 'regex'],
    ['foo.com', '/b/x', 'plain'],
    ['foo.com', '/b/y', 'regex'],
    ['foo.com', '/c/x', 'regex'],
    ['foo.com', '/c', 'plain'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a pattern that would take a backtracking engine for ever is answered at once', async () => {
  const proxy = await startPaths(
    rewriteTo('/$1'),
    'ImplementationSpecific /((a+)+)$ one:80',
    'Prefix /a two:80',
  )
  const many = 'a'.repeat(5000)

  expect(await sentOn(proxy, [`/${many}`])).toEqual({ [`/${many}`]: `/${many}` })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'foo.com', path: `/${many}!` })
  expect(response.echo().backend).toBe('two')
})

test('a guarded pattern that can not be a linear-time regex closes what it may have taken', async () => {
  const { text } = await startEchoServices('open', 'guarded')
  const proxy = await startProxy({
    files: {
      'all.yaml': documents(
        ingressText({
          name: 'open',
          rules: { 'foo.com': ['Prefix / open:80', 'Prefix /admin/public open:80'] },
        }),
        ingressText({
          name: 'guarded',
          rules: { 'foo.com': ['ImplementationSpecific /admin(?!/public).* guarded:80'] },
          annotations: { ...useRegex, 'nginx.ingress.kubernetes.io/allowlist-source-range': '127.0.0.1' },
        }),
        text,
      ),
    },
  })

  expect(proxy.codes()).toEqual(['path-regex'])
  const rows: ServedRow[] = [
    ['foo.com', '/admin', 503],
    ['foo.com', '/ADMIN/users', 503],
    ['foo.com', '/x/..;/admin', 400],
    ['foo.com', '/admin/public', 'open'],
    ['foo.com', '/other', 'open'],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('a pattern that can not be a linear-time regex is reported, and only its path is not served', async () => {
  const proxy = await startPaths(
    useRegex,
    'ImplementationSpecific /(?!admin).* one:80',
    'ImplementationSpecific /(a)\\1 one:80',
    'ImplementationSpecific /(unclosed one:80',
    'ImplementationSpecific /ok one:80',
  )

  expect(proxy.codes()).toEqual(['path-regex', 'path-regex', 'path-regex'])
  const rows: ServedRow[] = [
    ['foo.com', '/ok', 'one'],
    ['foo.com', '/other', 404],
    ['foo.com', '/aa', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})
