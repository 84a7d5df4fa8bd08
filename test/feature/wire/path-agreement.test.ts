// What is matched and what is sent on can not be made to disagree: whichever of the usual ways a backend reads a path in, it
// never finds itself inside what a guarded rule protects, and one that reads it as nginx does finds the rule that was matched.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documents, ingressText, serviceText } from '../../support/manifest-text.ts'
import { startProxy } from '../../support/proxy.ts'
import { okResponse, startAnsweringBackend, startRecordingBackend } from '../../support/raw-backend.ts'
import { type RawClient, rawClient } from '../../support/raw-client.ts'
import { readMessages } from './read-messages.ts'
import { targetOf } from './wire-backend.ts'

const timeLimitMs = 4_000
const annotation = (name: string) => `nginx.ingress.kubernetes.io/${name}`

/** `/` for everybody, `/admin` guarded, `/api` stripped of its prefix, `/exact` for exactly that. All on one backend each. */
async function startGuarded() {
  const [root, api, exact] = await Promise.all(['root', 'api', 'exact'].map(startNamingBackend))
  const guard = { [annotation('whitelist-source-range')]: 'none of this can be obeyed' }
  const rewrite = { [annotation('rewrite-target')]: '/$2' }
  const proxy = await startProxy({
    files: {
      'rules.yaml': documents(
        ingressText({ name: 'open', rules: { 'a.test': ['Prefix / root:80', 'Exact /exact exact:80'] } }),
        ingressText({ name: 'guarded', annotations: guard, rules: { 'a.test': ['Prefix /admin root:80'] } }),
        ingressText({
          name: 'api',
          annotations: rewrite,
          rules: { 'a.test': ['ImplementationSpecific /api(/|$)(.*) api:80'] },
        }),
        serviceText('root', { endpoints: [root!.address] }),
        serviceText('api', { endpoints: [api!.address] }),
        serviceText('exact', { endpoints: [exact!.address] }),
      ),
    },
  })
  return proxy
}

/** A backend that answers `NAME TARGET`. */
function startNamingBackend(name: string) {
  return startRecordingBackend((socket, received) => {
    const { whole } = readMessages(received)
    socket.write(okResponse(`${name} ${targetOf(whole.at(-1)!.line)}`), 'latin1')
  })
}

interface Outcome {
  readonly status: string
  readonly backend: string | undefined
  /** What the backend was sent. */
  readonly target: string
}

/** Asks over one connection after the other: a refusal of the request line ends one. */
function asker(port: number): (target: string) => Promise<Outcome> {
  let client: RawClient | undefined
  return async target => {
    if (client === undefined || client.closed) client = await rawClient(port)
    const before = client.received.length
    client.send(`GET ${target} HTTP/1.1\r\nHost: a.test\r\nAccept: text/plain\r\n\r\n`)
    const text = await client.until(received => readMessages(received.slice(before)).whole.length > 0)
    const { line, fields, body } = readMessages(text.slice(before)).whole[0]!
    if (fields.includes('Connection: close')) await client.untilClosed()
    const status = line.split(' ')[1]!
    const [backend, sent = ''] = body.split(' ')
    return status === '200' ? { status, backend, target: sent } : { status, backend: undefined, target: '' }
  }
}

// --- how backends read paths -------------------------------------------------------------------------------------------

const decoded = (path: string) =>
  path.replace(/%[0-9A-Fa-f]{2}/g, octet => String.fromCharCode(Number.parseInt(octet.slice(1), 16)))
const merge = (path: string) => path.replace(/\/+/g, '/')
const withoutParameters = (path: string) => path.replace(/;[^/]*/g, '')

/** Dot segments out, empty segments in; above the root is the root. */
function resolve(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  return `/${kept.join('/')}`
}

const nginx = (path: string) => resolve(merge(decoded(path)))

const backends: Readonly<Record<string, (path: string) => string>> = {
  'takes it literally': path => path,
  'decodes only': decoded,
  'resolves only': resolve,
  'merges only': merge,
  'decodes, merges, resolves (nginx)': nginx,
  'decodes, resolves': path => resolve(decoded(path)),
  'resolves, then decodes': path => decoded(resolve(path)),
  'resolves, then merges': path => merge(resolve(decoded(path))),
  'merges, resolves, then decodes': path => decoded(resolve(merge(path))),
  'splits, then decodes each segment': path => resolve(path).split('/').map(decoded).join('/'),
  'splits, decodes each, resolves none': path => path.split('/').map(decoded).join('/'),
  'cuts parameters, decodes, resolves (servlets)': path => nginx(withoutParameters(path)),
  'decodes, cuts parameters, resolves': path => resolve(merge(withoutParameters(decoded(path)))),
  'cuts parameters and merges': path => merge(withoutParameters(path)),
  'decodes twice': path => nginx(decoded(path)),
  'decodes twice, the second time behind resolving': path => decoded(nginx(path)),
  'takes a backslash for a slash': path => resolve(merge(decoded(path).replaceAll('\\', '/'))),
  'decodes twice and takes a backslash for a slash': path =>
    resolve(merge(decoded(decoded(path)).replaceAll('\\', '/'))),
  'finds the query behind decoding': path => nginx(decoded(path).replace(/[?#].*$/s, '')),
}

const isAdmin = (path: string) => path === '/admin' || path.startsWith('/admin/')

/** The rule for a path as nginx reads it. */
function ruleOf(path: string): 'root' | 'guarded' | 'api' | 'exact' {
  if (isAdmin(path)) return 'guarded'
  if (path === '/exact') return 'exact'
  return /^\/api(\/|$)/i.test(path) ? 'api' : 'root'
}

// --- what clients send -------------------------------------------------------------------------------------------------

const word = fc.constantFrom('admin', 'api', 'exact', 'x', '..', '.', '', 'ADMIN', 'admin..', '...')
const escaped = (text: string) => text.replace(/./g, octet => `%${octet.charCodeAt(0).toString(16)}`)
const spelling = fc.constantFrom<((text: string) => string)[]>(
  text => text,
  text => text,
  escaped,
  text => escaped(text).toUpperCase().replaceAll('ADMIN', 'admin'),
  text => escaped(text).replaceAll('%', '%25'),
  text => (text === '' ? '' : escaped(text[0]!) + text.slice(1)),
  text => `${text};v=1`,
  text => `${text};`,
  text => `${text}%3b`,
  text => text.replaceAll('.', '%c0%ae'),
  text => `${text}%20`,
  text => `${text}%3fq`,
  text => `${text}%23`,
)
const separator = fc.constantFrom(
  '/',
  '/',
  '/',
  '//',
  '%2f',
  '%2F',
  '%5c',
  '/%5c',
  '%252f',
  '/./',
  '/;/',
  '%c0%af',
)
const segment = fc.tuple(separator, word, spelling).map(([separator, word, spell]) => separator + spell(word))
const anyPath = fc
  .tuple(
    fc.array(segment, { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '/', '?q=/admin', '%2f', '/..'),
  )
  .map(([segments, end]) => `/${segments.join('')}${end}`.replace(/^\/\//, '/'))

// ------------------------------------------------------------------------------------------------------------------------

test('no backend finds itself behind a guard, or at another rule than was matched', async () => {
  const proxy = await startGuarded()
  const ask = asker(proxy.httpPort)
  const seen = new Set<string>()

  const property = fc.asyncProperty(anyPath, async path => {
    const outcome = await ask(path)
    seen.add(outcome.backend ?? outcome.status)
    if (outcome.status !== '200') {
      expect(['400', '503']).toContain(outcome.status)
      return
    }
    const sent = outcome.target.replace(/\?.*$/, '')
    if (outcome.backend === 'api') {
      // The matched, normalised path without its prefix: another reading of what is sent leads nowhere else.
      expect(decoded(sent)).toBe(`/${/^\/api\/?(.*)$/is.exec(nginxWithEnd(path))![1]}`)
      return
    }
    expect(outcome.target).toBe(path)
    expect(ruleOf(nginxWithEnd(sent))).toBe(outcome.backend)
    for (const [name, read] of Object.entries(backends))
      expect([name, isAdmin(read(sent))]).toEqual([name, false])
  })
  // One of each kind, also where a slow machine has time for few others.
  const examples: [string][] = [['/exact'], ['/api/x'], ['/x'], ['/admin'], ['/..']]
  await fc.assert(property, { numRuns: 10_000, interruptAfterTimeLimit: timeLimitMs, examples })

  expect([...seen].sort()).toEqual(['400', '503', 'api', 'exact', 'root'])
})

/** As `nginx`, with the slash that a path ends with, or would if its last dot segment were written out. */
function nginxWithEnd(path: string): string {
  const text = decoded(path.replace(/\?.*$/, ''))
  const resolved = nginx(path.replace(/\?.*$/, ''))
  return /(?:\/|\/\.{1,2})$/.test(text) && !resolved.endsWith('/') ? `${resolved}/` : resolved
}

const guarded = { status: '503' }
const refused = { status: '400' }
const open = { status: '200', backend: 'root' }

describe('a path', () => {
  test.each([
    ['P01', '/admin', guarded],
    ['P+', '/admin/', guarded],
    ['P+', '/admin/x', guarded],
    ['P+', '/public/../admin', guarded],
    ['P03', '/public/%2e%2e/admin', guarded],
    ['P+', '/public/.%2e/admin', guarded],
    ['P05', '/public%2f..%2fadmin', guarded],
    ['P07', '/./admin', guarded],
    ['P+', '//admin', guarded],
    ['P09', '/%61dmin', guarded],
    ['P+', '/%2561dmin', refused],
    ['P11', '/admin;x=y/', refused],
    ['P+', '/admin%3bx', refused],
    ['P+', '/public/..;/admin', refused],
    ['P+', '/public/.;x/admin', open],
    ['P+', '/admin%5cx', refused],
    ['P+', '/admin%3fx', refused],
    ['P+', '/admin/..%2fx', refused],
    ['P+', '/admin/../x', refused],
    ['P13', '/ADMIN', open],
    ['P+', '/administrator', open],
    ['P15', '/api../admin', open],
    ['P17', '/api/%2e%2e/admin', guarded],
    ['P+', '/api/%2e%2e%2f%2e%2e/admin', refused],
    ['P+', '/api//../x', open],
    ['P19', '/public\\..\\admin', refused],
    ['P+', '/public%5c..%5cadmin', refused],
    ['P21', '/public/%c0%ae%c0%ae/admin', open],
    ['P23', '/public//..//admin', guarded],
    ['P+', '/admin//../x', refused],
    ['P25', 'http://a.test/public/../admin', guarded],
    ['P+', '/exact', { status: '200', backend: 'exact' }],
    ['P+', '/exact/', open],
    ['P+', '/x;v=1/y%2fz/%C3%A4', open],
    ['P+', '/public/..;/x', open],
    ['P+', `/x${'%20'.repeat(1_000)}`, refused],
  ])('%s %s', async (_, target, expected) => {
    const proxy = await startGuarded()
    expect(await asker(proxy.httpPort)(target)).toMatchObject(expected)
  })
})

test('a rewrite that would cut a path so that dot segments come out is refused', async () => {
  const backend = await startAnsweringBackend(okResponse('ok'))
  const annotations = { [annotation('rewrite-target')]: '/$1' }
  const rules = { 'a.test': ['ImplementationSpecific /api/?(.*) web:80'] }
  const proxy = await startProxy({
    files: {
      'rules.yaml': documents(
        ingressText({ annotations, rules }),
        serviceText('web', { endpoints: [backend.address] }),
      ),
    },
  })
  const ask = asker(proxy.httpPort)

  for (const target of ['/api../admin', '/api./x', '/api..', '/api..%3bx/y', '/api/x%5c..%5cy', '/api/x'])
    expect([target, (await ask(target)).status]).toEqual([target, target.startsWith('/api/') ? '200' : '400'])
  expect(readMessages(backend.received).whole.map(({ line }) => targetOf(line))).toEqual([
    '/x%5C..%5Cy',
    '/x',
  ])
})
