// `portico test`: the files of expectations that come along hold, from inside and from outside, and what does not hold is told.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compileAssumingEndpoints } from '../../src/cli/compile-once.ts'
import { compileOptionsOfSuite } from '../../src/cli/test/suite-options.ts'
import { observeLive } from '../../src/expectations/observe-live.ts'
import { observeOffline } from '../../src/expectations/observe-offline.ts'
import { startEchoBackend } from '../support/backend.ts'
import { disappointments, suitesOf } from '../support/expectations.ts'
import { runPortico } from '../support/portico-process.ts'
import { startProxy } from '../support/proxy.ts'

const root = join(import.meta.dirname, '..', '..')
const examples = globSync('manifests/*/*.expect.yaml', { cwd: root })
const conformance = globSync('test/feature/conformance/*.expect.yaml', { cwd: root })

test('every folder of examples has expectations', () => {
  const folders = globSync('manifests/*/', { cwd: root }).map(folder => basename(folder))
  expect(examples.map(file => basename(dirname(file))).sort()).toEqual(folders.sort())
})

test.each([...examples, ...conformance])('%s holds offline', async file => {
  for (const suite of suitesOf(join(root, file))) {
    const paths = suite.manifests.map(path => join(root, dirname(file), path))
    const { table } = await compileAssumingEndpoints(paths, compileOptionsOfSuite(suite))
    expect(await disappointments(suite, observeOffline(table))).toEqual([])
  }
})

describe('a running proxy', () => {
  test.each(conformance)('%s holds against it', async file => {
    const { port } = await startEchoBackend('any')
    const [suite] = suitesOf(join(root, file))
    const paths = suite!.manifests.map(path => join(root, dirname(file), path))
    const options = compileOptionsOfSuite(suite!)
    const { assumed } = await compileAssumingEndpoints(paths, options)
    const endpointMaps = assumed.map(map => ({ ...map, address: '127.0.0.1', endpointPort: port }))
    const proxy = await startProxy({ paths, compile: { ...options, endpointMaps }, app: { dev: true } })

    const observer = observeLive({
      http: `http://127.0.0.1:${proxy.httpPort}`,
      https: `https://127.0.0.1:${proxy.httpsPort}`,
      ca: undefined,
      insecure: true,
    })
    expect(await disappointments(suite!, observer)).toEqual([])
  })
})

describe('the command', () => {
  function write(text: string): string {
    const directory = mkdtempSync(join(tmpdir(), 'portico-expect-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const file = join(directory, 'a.expect.yaml')
    writeFileSync(file, `apiVersion: portico.dev/v1alpha1\nkind: Expectations\n${text}`)
    return file
  }
  const whale = join(root, 'manifests', 'whale')

  test('says of what fails what was expected, what is, which line decided, and how to see why', async () => {
    const file = write(`manifests: [${whale}]
cases:
  - { request: "http://a.whale.hey/", expect: a-whale }
  - { request: "http://b.whale.hey/x", expect: { service: a-whale, sent: /x } }
  - { request: "http://b.whale.hey/x", expect: { status: 200 } }
`)
    const report = `${file}.xml`
    const { code, stdout } = await runPortico(['test', file, '--junit', report])
    expect(code).toBe(1)
    expect(stdout).toContain('✓ GET http://a.whale.hey/\n')
    expect(stdout).toContain('✗ GET http://b.whale.hey/x\n')
    expect(stdout).toContain('service: expected a-whale, got default/b-whale:80\n')
    expect(stdout).toMatch(/decided at .*ingress\.yaml:\d+:\d+\n/)
    expect(stdout).toMatch(/why: portico explain http:\/\/b\.whale\.hey\/x .*whale/)
    expect(stdout).toContain('? GET http://b.whale.hey/x\n')
    expect(stdout).toContain('3 cases: 1 met, 1 failed, 1 could not be seen')
    expect(readFileSync(report, 'utf8')).toContain('tests="3" failures="1" errors="0" skipped="1"')
  })

  test('ends with 2 when a file can not be used, and says where', async () => {
    const { code, stderr } = await runPortico(['test', write('cases: [{ request: a.test, expct: b }]\n')])
    expect(code).toBe(2)
    expect(stderr).toMatch(/a\.expect\.yaml:3:35 error field-unknown .*did you mean "expect"\?/)
  })
})
