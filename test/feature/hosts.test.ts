// `portico hosts`: names of the manifests in a hosts file.
import { chmod, lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runPortico } from '../support/portico-process.ts'
import { hasPty, startOnTerminal } from '../support/pty-process.ts'
import { serving } from '../support/serving.ts'

let directory: string
let file: string
let manifests: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-hosts-'))
  file = join(directory, 'hosts')
  manifests = join(directory, 'manifests.yaml')
  await writeFile(file, '127.0.0.1 localhost\n')
  const shop = serving('shop.test', '127.0.0.1:3000', {
    annotations: { 'nginx.ingress.kubernetes.io/server-alias': 'store.test' },
  })
  await writeFile(
    manifests,
    [
      shop,
      serving('*.foo.test', '127.0.0.1:3000', { name: 'foo' }),
      serving('a.localhost', '127.0.0.1:3000', { name: 'a' }),
    ].join('---\n'),
  )
})
afterEach(() => rm(directory, { recursive: true }))

test('prints a line for each name that needs one, and says why the others do not', async () => {
  const { code, stdout, stderr } = await runPortico(['hosts', manifests, '--address', '::1'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '::1 shop.test\n::1 store.test\n' })
  expect(stderr).toMatch(/^a\.localhost: nothing to do/m)
  expect(stderr).toMatch(/^\*\.foo\.test: a hosts file can not say it/m)
})

test('writes them between its marks when that is agreed to, keeps the mode, and takes them out again', async () => {
  await chmod(file, 0o664)
  const written = await runPortico(['hosts', manifests, '--write', '--yes', '--hosts-file', file])
  expect(written.code).toBe(0)
  expect((await stat(file)).mode & 0o777).toBe(0o664)
  expect(await readFile(file, 'utf8')).toMatch(
    /^127\.0\.0\.1 localhost\n# portico: begin.*\n127\.0\.0\.1 shop\.test\n127\.0\.0\.1 store\.test\n# portico: end\n$/,
  )
  const again = await runPortico(['hosts', manifests, '--write', '--hosts-file', file])
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('needs no change') })
  const removed = await runPortico(['hosts', '--remove', '--yes', '--hosts-file', file])
  expect(removed.code).toBe(0)
  expect(await readFile(file, 'utf8')).toBe('127.0.0.1 localhost\n')
})

test('leaves every other byte as it is, whatever encoding it is in, and follows a link', async () => {
  const own = Buffer.from([0x23, 0x20, 0xe9, 0x0a, 0xff, 0xfe, 0x0a])
  await writeFile(file, own)
  const link = join(directory, 'link')
  await symlink(file, link)
  for (const flags of [['--write', manifests], ['--remove']])
    expect((await runPortico(['hosts', ...flags, '--yes', '--hosts-file', link])).code).toBe(0)
  expect(await readFile(file)).toEqual(own)
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
})

test('says that manifests have errors, whose hosts may be missing, and takes one order at a time', async () => {
  await writeFile(manifests, 'broken: [')
  const printed = await runPortico(['hosts', manifests])
  expect(printed).toMatchObject({ code: 0, stderr: expect.stringContaining('1 error; `portico check`') })
  expect((await runPortico(['hosts', manifests, '--write', '--remove', '--yes'])).code).toBe(2)
})

test.skipIf(!hasPty)('keeps what is written by others while the question stands', async () => {
  const terminal = await startOnTerminal(['hosts', manifests, '--write', '--hosts-file', file], {})
  await terminal.seen(/\[y\/N\]/)
  await writeFile(file, '127.0.0.1 localhost\n10.0.0.1 printer\n')
  terminal.type('y\n')
  expect(await terminal.exited).toBe(0)
  expect(await readFile(file, 'utf8')).toMatch(
    /^127\.0\.0\.1 localhost\n10\.0\.0\.1 printer\n# portico: begin/,
  )
})

test('writes nothing where nobody can be asked, or into a file that is not there', async () => {
  const unasked = await runPortico(['hosts', manifests, '--write', '--hosts-file', file])
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect(await readFile(file, 'utf8')).toBe('127.0.0.1 localhost\n')
  const missing = await runPortico([
    'hosts',
    manifests,
    '--write',
    '--yes',
    '--hosts-file',
    join(directory, 'no'),
  ])
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining(join(directory, 'no')) })
})

test.skipIf(!hasPty).each([
  ['says anything but yes', 'maybe\n'],
  ['sends the end of input', '\x04'],
  ['is interrupted', '\x03'],
])('writes nothing when the terminal %s', async (_, typed) => {
  const terminal = await startOnTerminal(['hosts', manifests, '--write', '--hosts-file', file], {})
  await terminal.seen(/\[y\/N\]/)
  terminal.type(typed)
  expect(await terminal.exited).toBe(1)
  expect(await readFile(file, 'utf8')).toBe('127.0.0.1 localhost\n')
})
