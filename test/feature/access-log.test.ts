// The access log as users see it: its lines in a file. What is done to files and pipes: access-log-file.test.ts.
import { once } from 'node:events'
import { connect } from 'node:http2'
import { expect, test } from 'vitest'
import { type AccessLogFormat, noAccessLog } from '../../src/access-log/options.ts'
import type { CompileOptions } from '../../src/compile/options.ts'
import { closedPort, startEchoBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { followLog } from '../support/log-lines.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

interface Logged {
  readonly port: number
  /** The next line about a request that contains the text. */
  nextLine(text: string): Promise<string>
}

/** Runs Portico with an access log in front of an echo backend, whose turn comes after that of other endpoints. */
async function startLogged(
  format: AccessLogFormat,
  ...otherEndpoints: readonly string[]
): Promise<Logged & { readonly backend: TestBackend }> {
  const backend = await startEchoBackend('web', (_request, response) => response.end('hello'))
  const endpoints = [...otherEndpoints, backend.address].join(',')
  const manifest = serving('a.test', endpoints, { namespace: 'shop' })
  return { backend, ...(await serveLogged(manifest, format)) }
}

async function serveLogged(
  manifest: string,
  format: AccessLogFormat,
  compile: Partial<CompileOptions> = {},
): Promise<Logged> {
  const { path, nextLine } = followLog()
  const { httpPort } = await startProxy({
    files: { 'web.yaml': manifest },
    app: { accessLog: { ...noAccessLog, format, file: path } },
    compile,
  })
  return { port: httpPort, nextLine }
}

const configMap = { configMap: { namespace: 'default', name: 'config' } }

test('HTTP/2 requests are logged as such', async () => {
  const { port, nextLine } = await startLogged('nginx')
  const client = connect(`http://127.0.0.1:${port}`)
  const stream = client.request({ ':authority': 'a.test', ':path': '/two' }).resume()
  await once(stream, 'close')
  client.close()
  expect(await nextLine('/two')).toMatch(/"GET \/two HTTP\/2\.0" 200 5 /)
})

test('writes the lines that ingress-nginx writes by default', async () => {
  const { backend, port, nextLine } = await startLogged('nginx')

  const client = await rawClient(port)
  const request =
    'POST /x?y=1 HTTP/1.1\r\nHost: a.test\r\nX-Request-ID: r-1\r\nReferer: http://b.test/\r\n' +
    'User-Agent: curl/8 "beta"\r\nContent-Length: 4\r\n\r\nfour'
  client.send(request)

  const [address, name] = [backend.address.replaceAll('.', '\\.'), 'shop-web-80']
  expect(await nextLine('/x?y=1')).toMatch(
    new RegExp(
      '^127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}\\] ' +
        '"POST /x\\?y=1 HTTP/1\\.1" 200 5 "http://b\\.test/" "curl/8 \\\\x22beta\\\\x22" ' +
        `${request.length} \\d+\\.\\d{3} ` +
        `\\[${name}\\] \\[\\] ${address} 5 \\d+\\.\\d{3} 200 r-1$`,
    ),
  )
})

test('shows what Portico answered itself, and requests that broke off', async () => {
  const { port, nextLine } = await startLogged('nginx')

  await fetchFrom({ port, host: 'b.test', path: '/nobody' })
  expect(await nextLine('/nobody')).toMatch(
    /"GET \/nobody HTTP\/1\.1" 404 \d+ "-" "-" \d+ \d\.\d{3} \[\] \[\] - - - - /,
  )

  const client = await rawClient(port)
  client.send('POST /left HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhalf')
  client.socket.end()
  expect(await nextLine('/left')).toMatch(/"POST \/left HTTP\/1\.1" 400 0 "-" "-" \d+ /)
})

test('writes one line for each request of a connection', async () => {
  const { port, nextLine } = await startLogged('nginx')
  const client = await rawClient(port)

  client.send(
    ['/1', '/2', '/3']
      .map(path => `GET ${path} HTTP/1.1\r\nHost: a.test\r\nX-Request-ID: ${path}\r\n\r\n`)
      .join(''),
  )

  for (const path of ['/1', '/2', '/3'])
    expect(await nextLine('"GET')).toMatch(new RegExp(`"GET ${path} .* ${path}$`))
})

test('names the user who has logged in, and nobody who has not', async () => {
  const backend = await startEchoBackend()
  const annotations = nginx({ 'auth-type': 'basic', 'auth-secret': 'users' })
  // "password" for DES crypt, which is computed in a thread of its own.
  const users =
    'kind: Secret\napiVersion: v1\nmetadata: { name: users }\nstringData: { auth: "ann:abJnggxhB/yWI" }\n'
  const manifest = `${serving('a.test', backend.address, { annotations })}---\n${users}`
  const { port, nextLine } = await serveLogged(manifest, 'nginx')
  const ask = (path: string, password: string) =>
    fetchFrom({ port, host: 'a.test', path, headers: { Authorization: `Basic ${btoa(`ann:${password}`)}` } })

  expect((await ask('/in', 'password')).status).toBe(200)
  expect(await nextLine('/in')).toMatch(/^127\.0\.0\.1 - ann \[/)
  expect((await ask('/out', 'guess')).status).toBe(401)
  expect(await nextLine('/out')).toMatch(/^127\.0\.0\.1 - - \[/)
})

test('leaves out what Ingress and ConfigMap say, and names variants', async () => {
  const backend = await startEchoBackend()
  const quiet = serving('quiet.test', backend.address, {
    name: 'quiet',
    annotations: nginx({ 'enable-access-log': 'false' }),
  })
  const loud = serving('loud.test', backend.address, {
    name: 'loud',
    annotations: { 'portico/variant': 'blue' },
  })
  const config =
    'kind: ConfigMap\napiVersion: v1\nmetadata: { name: config }\ndata:\n' +
    '  skip-access-log-urls: "/skipped,~^/metrics"\n  enable-access-log-for-default-backend: "false"\n'
  const { port, nextLine } = await serveLogged([quiet, loud, config].join('---\n'), 'pretty', configMap)
  for (const [host, path] of [
    ['quiet.test', '/quiet'],
    ['loud.test', '/skipped'],
    ['loud.test', '/metrics/x'],
    ['nobody.test', '/nobody'],
    ['loud.test', '/seen'],
  ] as const) {
    await fetchFrom({ port, host, path })
  }
  // Lines are written in the order in which requests end, so this would be another one.
  expect(await nextLine('.test/')).toMatch(
    / 200 GET loud\.test\/seen → default-loud-80 \(blue\) 127\.0\.0\.1:/,
  )
})

test('can not be made to write a forged line', async () => {
  const { port, nextLine } = await startLogged('nginx')
  const client = await rawClient(port)

  client.send('GET /q?"\\ HTTP/1.1\r\nHost: a.test\r\n\r\n')
  expect(await client.until(received => received.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400 /)

  const other = await rawClient(port)
  other.send('GET /ok HTTP/1.1\r\nHost: a.test\r\nUser-Agent: x" 200 \xe9\t\r\n\r\n')
  expect(await nextLine('/ok')).toContain('"x\\x22 200 \\xE9"')
})

test('writes lines for people with `pretty`', async () => {
  const { backend, port, nextLine } = await startLogged('pretty')

  await fetchFrom({ port, host: 'a.test', path: '/cart' })
  expect(await nextLine('/cart')).toMatch(
    new RegExp(`^\\d\\d:\\d\\d:\\d\\d 200 GET a\\.test/cart → shop-web-80 ${backend.address} [\\d.]+ ms$`),
  )

  await fetchFrom({ port, host: 'b.test', path: '/nobody' })
  expect(await nextLine('/nobody')).toMatch(/^\d\d:\d\d:\d\d 404 GET b\.test\/nobody no-route [\d.]+ ms$/)
})

test('lists every endpoint that was tried, and what became of it', async () => {
  const refusing = `127.0.0.1:${await closedPort()}`
  const full = await startLogged('nginx', refusing)
  await fetchFrom({ port: full.port, host: 'a.test', path: '/twice' })
  expect(await full.nextLine('/twice')).toMatch(
    new RegExp(`\\[\\] ${refusing}, ${full.backend.address} 0, 5 \\d\\.\\d{3}, \\d\\.\\d{3} 502, 200 `),
  )

  const pretty = await startLogged('pretty', refusing)
  await fetchFrom({ port: pretty.port, host: 'a.test', path: '/twice' })
  expect(await pretty.nextLine('/twice')).toContain(
    `→ shop-web-80 ${pretty.backend.address} (${refusing} connect-failed) `,
  )
})

test('has a line for what was refused as no request, with nothing of what it said', async () => {
  const { port, nextLine } = await startLogged('nginx')
  const client = await rawClient(port)
  client.send('GET /secret?token=1 HTTP/1.1\r\nHost: a.test\r\nBad Name: x\r\n\r\n')
  await client.untilClosed()
  expect(await nextLine(' 400 ')).toMatch(
    /^127\.0\.0\.1 - - \[[^\]]+\] "-" 400 0 "-" "-" 0 0\.000 \[\] \[\] - - - - -$/,
  )

  const pretty = await startLogged('pretty')
  const other = await rawClient(pretty.port)
  other.send('GET /secret HTTP/1.1\r\n\r\n')
  await other.untilClosed()
  expect(await pretty.nextLine(' 400 ')).toMatch(
    /^\d\d:\d\d:\d\d 400 from 127\.0\.0\.1: the Host field is missing$/,
  )
})

test("writes the lines that the ConfigMap asks for, with the request's and the response's fields", async () => {
  const backend = await startEchoBackend('web', (_request, response) => {
    response.setHeader('X-Said', 'a "b"').setHeader('Set-Cookie', 'sid=s3cret').end('hello')
  })
  const format =
    '{"vhost": "$host", "path": "$uri", "query": "$args", "for": "$proxy_add_x_forwarded_for", "bytes": $bytes_sent, ' +
    '"rule": "$namespace/$ingress_name $location_path", "said": "$sent_http_x_said", "cookie": "$sent_http_set_cookie", ' +
    '"length": "$sent_http_content_length", "agent": "$http_user_agent"}'
  const config =
    'kind: ConfigMap\napiVersion: v1\nmetadata: { name: config }\ndata:\n' +
    `  log-format-upstream: '${format}'\n  log-format-escape-json: "true"\n`
  const manifest = `${serving('a.test', backend.address)}---\n${config}`
  const { port, nextLine } = await serveLogged(manifest, 'nginx', configMap)

  const headers = { 'X-Forwarded-For': '10.1.1.1', 'User-Agent': 'x"y' }
  await fetchFrom({ port, host: 'a.test', path: '/caf%C3%A9?x=1&sig=s3cret', headers })
  const line = JSON.parse(await nextLine('caf')) as { readonly bytes: number }
  expect(line).toEqual({
    vhost: 'a.test',
    path: '/café',
    query: 'x=1&sig=REDACTED',
    for: '10.1.1.1, 127.0.0.1',
    bytes: expect.any(Number),
    rule: 'default/web /',
    said: 'a "b"',
    cookie: 'REDACTED',
    length: '5',
    agent: 'x"y',
  })
  expect(line.bytes).toBeGreaterThan(100)

  await fetchFrom({ port, host: 'nobody.test', path: '/nobody' })
  expect(JSON.parse(await nextLine('/nobody'))).toMatchObject({ rule: '/ ', said: '', length: /./ })
})
