import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { compileManifest } from '../../../test/support/compile-manifest.ts'
import { init } from './init.ts'
import { readOrigin } from './origin.ts'
import { renderStarter, type Starter } from './starter-manifest.ts'

describe('--from', () => {
  test.each([
    ['5173', 'localhost:5173', false],
    [':5173', 'localhost:5173', false],
    ['127.0.0.1:3000', '127.0.0.1:3000', false],
    ['[::1]:3000', '[::1]:3000', false],
    ['my-mac.local:3000', 'my-mac.local:3000', false],
    ['http://localhost:5173/', 'localhost:5173', false],
    ['http://localhost', 'localhost:80', false],
    ['https://localhost:3443', 'localhost:3443', true],
    ['https://[::1]', '[::1]:443', true],
  ])('%s is %s', (text, endpoint, isHttps) => {
    expect(readOrigin(text)).toEqual({ endpoint, isHttps })
  })

  test.each(['', '0', '65536', 'localhost', 'ftp://a:1', 'http://a:1/app', 'a b:1', '[:::]:1', '-a:1', 'a:'])(
    'refuses %j',
    text => {
      expect(() => readOrigin(text)).toThrow(/Give a port/)
    },
  )
})

const name = fc.stringMatching(/^[a-z](?:[-a-z0-9]{0,20}[a-z0-9])?$/)

const starters: fc.Arbitrary<Starter> = fc.record({
  name: fc.oneof(fc.constantFrom('true', 'null', 'on', 'no'), name),
  namespace: fc.option(fc.oneof(fc.constantFrom('1', '0x1', '1e3'), name), { nil: undefined }),
  host: fc.oneof(
    fc.constantFrom('*.foo.test', 'null', '1.2.foo'),
    name.map(text => `${text}.localhost`),
  ),
  path: fc.constantFrom('/', '/api', '/a-b/c', '/v1.2/_x', '/api/'),
  hasTls: fc.boolean(),
  origin: fc.constantFrom('5173', '[::1]:1', 'https://a.b').map(readOrigin),
})

test('what it writes has no findings, and routes the host to the server', () => {
  fc.assert(
    fc.property(starters, starter => {
      const { table, diagnostics } = compileManifest(renderStarter(starter))
      expect(diagnostics).toEqual([])
      const [host] = table.hosts
      expect([host!.host, host!.hasTls]).toEqual([starter.host, starter.hasTls])
      expect(host!.routes.map(({ path }) => path)).toEqual([starter.path])
      const { address, port } = host!.routes[0]!.backend!.upstream!.endpoints[0]!
      const shown = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
      expect(shown).toBe(starter.origin.endpoint)
    }),
  )
})

test('a file that is there stays, unless --force is given', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'portico-init-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => said.mockRestore())
  const out = join(directory, 'new', 'web.yaml')
  const write = (port: string, force: boolean) => {
    const given = { host: undefined, namespace: undefined, path: '/', tls: false }
    return init({ ...given, from: readOrigin(port), name: 'web', out, force })
  }

  expect(await write('3000', false)).toBe(0)
  await expect(write('4000', false)).rejects.toThrow(/is there already; --force/)
  expect(readFileSync(out, 'utf8')).toContain('localhost:3000')
  expect(await write('4000', true)).toBe(0)
  expect(readFileSync(out, 'utf8')).toContain('localhost:4000')
  expect(said.mock.calls.join('')).toContain(`portico run ${out}`)
})
