// What the command line does with its words: help, mistakes, features still to come, and the launcher itself.
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launcher, runPortico } from '../support/portico-process.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-usage-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('help', () => {
  it('names every command', async () => {
    const { code, stdout } = await runPortico(['--help'])
    expect(code).toBe(0)
    for (const command of [
      'run',
      'check',
      'demo',
      'routes',
      'cert',
      'trust',
      'untrust',
      'hosts',
      'annotations',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
    }
  })

  it('of run names the flags of the contract', async () => {
    const { stdout } = await runPortico(['run', '--help'])
    for (const flag of [
      '--http-port',
      '--https-port',
      '--bind',
      '--admin',
      '--ingress-class',
      '--map',
      '--via',
    ]) {
      expect(stdout).toContain(flag)
    }
  })

  it('is given for the word help, too', async () => {
    const { code, stdout } = await runPortico(['help', 'get'])
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'Usage: portico get [options] <kind...>'])
  })

  it('gives the version', async () => {
    const { code, stdout } = await runPortico(['--version'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a mistake', () => {
  it.each([
    ['an unknown flag', ['run', '--htpp-port', '1'], '--http-port'],
    ['an unknown command', ['chek'], 'portico check'],
    ['an unknown annotation', ['annotations', 'canary-wieght'], 'canary-weight'],
    ["another controller's annotation", ['annotations', 'nginx.org/rewrites'], "NGINX Inc.'s controller"],
    ['a directive of nginx', ['annotations', 'client-max-body-size'], 'proxy-body-size'],
  ])('names the nearest known word for %s', async (_, args, hint) => {
    const { code, stderr } = await runPortico(args, { cwd: directory })
    expect(code).toBe(2)
    expect(stderr).toContain(hint)
  })

  it.each([
    ['--http-port', '70000'],
    ['--http-port', '-1'],
    ['--bind', 'example.com:80'],
    ['--admin', '10254'],
    ['--drain-timeout', '10'],
    ['--default-backend-service', 'web'],
    ['--map', 'web=3000'],
    ['--map', 'web:80=[nonsense]:1'],
    ['--namespace', 'Shop'],
    ['--access-log', 'xml'],
    ['--log-level', 'loud'],
    ['--via', 'edge 1'],
  ])('in the value of a flag is refused: %s %s', async (flag, value) => {
    const { code, stderr } = await runPortico(['run', directory, `${flag}=${value}`])
    expect(code).toBe(2)
    expect(stderr).toContain(flag)
  })

  it('in an environment variable names the variable', async () => {
    const { code, stderr } = await runPortico(['run', directory], { env: { PORTICO_HTTP_PORT: 'http' } })
    expect(code).toBe(2)
    expect(stderr).toContain('PORTICO_HTTP_PORT')
  })
})

describe('a feature still to come', () => {
  it.each([[['run', '--workers', '2']]])('is refused by %j', async args => {
    const { code, stderr } = await runPortico(args, { cwd: directory })
    expect(code).toBe(2)
    expect(stderr).toContain('still to come')
  })
})

describe('annotations', () => {
  it('lists all of them with their counts', async () => {
    const { code, stdout } = await runPortico(['annotations'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^auth-realm +implemented /m)
    expect(stdout).toMatch(/^rewrite-target +approximated /m)
    expect(stdout).toMatch(/^server-snippet +refused /m)
    expect(stdout).toMatch(/^ +\d+ implemented: /m)
  })

  it('explains one, under its short or its full name, and keys of the ConfigMap', async () => {
    const { stdout } = await runPortico(['annotations', 'nginx.ingress.kubernetes.io/server-snippet'])
    expect(stdout).toMatch(/instead +Write /)
    expect((await runPortico(['annotations', 'hold'])).stdout).toMatch(/^portico\/hold\n/)
    const json = await runPortico(['annotations', 'skip-access-log-urls', '-o', 'json'])
    expect(JSON.parse(json.stdout)).toMatchObject([{ on: 'ConfigMap', status: 'implemented' }])
    const both = await runPortico(['annotations', 'enable-opentelemetry', '-o', 'json'])
    expect(JSON.parse(both.stdout)).toMatchObject([{ on: 'Ingress' }, { on: 'ConfigMap' }])
  })
})

describe('help about a feature still to come', () => {
  it.each(['--workers'])('says so for %s', async flag => {
    const { stdout } = await runPortico(['run', '--help'])
    const from = stdout.indexOf(`  ${flag} `)
    expect(stdout.slice(from, stdout.indexOf('\n  -', from))).toContain('still to come')
  })
})

describe('the launcher', () => {
  /** A directory with a `node` that only says its version, as first on PATH. */
  async function pathWithNode(version: string): Promise<string> {
    const node = join(directory, 'path', 'node')
    await mkdir(dirname(node), { recursive: true })
    await writeFile(node, `#!/bin/sh\necho ${version}\n`)
    await chmod(node, 0o755)
    return `${dirname(node)}:/usr/bin:/bin`
  }

  it('works through a symbolic link and from any directory', async () => {
    const link = join(directory, 'portico')
    await symlink(launcher, link)
    const { code, stdout } = await runPortico(['--version'], { program: link, cwd: '/' })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d/)
  })

  it.each(['v20.20.2', 'v24.18.0', 'v25.9.0', 'v26.5.0', 'nonsense'])(
    'takes the pinned Node when the machine has %s',
    async version => {
      const { stdout } = await runPortico(['annotations', 'canary'], {
        env: { PATH: await pathWithNode(version) },
      })
      expect(stdout).toContain('ingress.kubernetes.io/canary\n')
    },
  )

  it('takes the version at which `engines` in package.json begins', async () => {
    const manifest = await readFile(join(dirname(launcher), '..', 'package.json'), 'utf8')
    const { node } = JSON.parse(manifest).engines as { node: string }
    const version = `v${node.replace('>=', '')}`
    const { stdout } = await runPortico([], { env: { PATH: await pathWithNode(version) } })
    expect(stdout).toBe(`${version}\n`)
  })

  it.each(['v24.19.0', 'v26.5.1', 'v27.0.0'])('takes the machine’s Node when it is %s', async version => {
    const { stdout } = await runPortico(['annotations', 'canary'], {
      env: { PATH: await pathWithNode(version) },
    })
    expect(stdout).toBe(`${version}\n`)
  })

  it('says what to do when neither fits', async () => {
    const program = join(directory, 'bin', 'portico')
    await cp(launcher, program)
    const { code, stderr } = await runPortico([], { program, env: { PATH: await pathWithNode('v20.20.2') } })
    expect(code).toBe(3)
    expect(stderr).toContain('npm install')
    expect(stderr).toContain('v20.20.2')
  })
})
