// `portico diff`: two sets of manifests, and two running proxies.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { runPortico } from '../support/portico-process.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

function write(files: Readonly<Record<string, string>>): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'portico-diff-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return name => join(directory, name)
}

test('says what changes hands, where both were written, and ends with 1', async () => {
  const file = write({
    'a.yaml': serving('shop.test', '127.0.0.1:1'),
    'b.yaml': serving('shop.test', '127.0.0.1:1', {
      annotations: {
        'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
        'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true',
      },
    }),
  })
  const { code, stdout } = await runPortico(['diff', file('a.yaml'), file('b.yaml')])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^~ shop\.test \/ Prefix {2}.*a\.yaml:\d+:\d+ → .*b\.yaml:\d+:\d+\n/)
  expect(stdout).toMatch(/force-ssl-redirect: false → true \(.*b\.yaml:\d+:\d+\)\n/)
  expect(stdout).toMatch(
    /GET http:\/\/shop\.test\/\n +before: default\/web:80 as \/\n +after: {2}308 to https/,
  )
  expect(stdout).toMatch(/\n1 rule changed\n$/)
})

test('of the same two says so and ends with 0, one of them from standard input', async () => {
  const text = serving('shop.test', '127.0.0.1:1')
  const file = write({ 'a.yaml': text })
  const { code, stdout } = await runPortico(['diff', file('a.yaml'), '-', '-o', 'markdown'], { stdin: text })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '**Requests: no difference**\n' })
})

test('two proxies are sent the same requests, unsafe methods left out', async () => {
  const [one, other] = [await startEchoBackend('web'), await startEchoBackend('web')]
  const before = await startProxy({ files: { 'a.yaml': serving('shop.test', one.address) } })
  const after = await startProxy({
    files: { 'a.yaml': serving('shop.test', other.address, { path: '/cart' }) },
  })
  const file = write({
    'access.log': ['GET /', 'GET /cart', 'POST /cart']
      .map(line => `- - - [x] "${line} HTTP/1.1" 200 1`)
      .join('\n'),
  })

  const { code, stdout } = await runPortico([
    ...['diff', '--live', `http://127.0.0.1:${before.httpPort}`, `http://127.0.0.1:${after.httpPort}`],
    ...['--requests', file('access.log'), '--host', 'http://shop.test', '-o', 'json'],
  ])
  expect(code).toBe(1)
  const { sent, leftOut, differing } = JSON.parse(stdout)
  expect({ sent, leftOut }).toEqual({ sent: 2, leftOut: 1 })
  expect(differing[0].request.url).toBe('http://shop.test/')
  expect(differing[0].details[0]).toEqual({ subject: 'status', before: '200', after: '404' })
})
