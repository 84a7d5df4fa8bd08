// `portico get`, `describe` and `routes` for objects: their arguments and flags. What they print is tested beside them.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { startPortico } from '../support/portico-process.ts'
import { runInProcess } from '../support/run-in-process.ts'

const rules = { 'a.test': ['Prefix / web:80'] }
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-get-'))
  await writeFile(join(directory, 'ingress.yaml'), ingressText({ rules }))
  const shop = { namespace: 'shop', rules: { 'shop.test': ['Prefix / cart:80'] } }
  await writeFile(join(directory, 'shop.yaml'), ingressText({ name: 'shop', ...shop }))
  await writeFile(join(directory, 'web.yaml'), serviceText('web', { endpoints: ['127.0.0.1:3000'] }))
})
afterAll(() => rm(directory, { recursive: true }))

describe('get', () => {
  test('reads the paths of -f, several as well, and takes kubectl’s flags', async () => {
    const files = ['-f', join(directory, 'ingress.yaml'), '-f', join(directory, 'web.yaml')]
    const both = await runInProcess(['get', 'ing,svc', '-o', 'name', ...files])
    expect(both).toEqual({ code: 0, stdout: 'ingress.networking.k8s.io/web\nservice/web\n', stderr: '' })
    const all = await runInProcess(['get', 'ing', '-A', '--no-headers', '--show-labels', '-f', directory])
    expect(all.stdout).toMatch(/^default +web +.*<none>\nshop +shop +.*<none>\n$/)
    const shop = await runInProcess(['get', 'ing', '-n', 'shop', '-o', 'json', '-f', directory])
    expect(JSON.parse(shop.stdout)).toMatchObject({ kind: 'List', items: [{ metadata: { name: 'shop' } }] })
  })

  test('ends with 1 where a name is not there, and refuses what can not be meant', async () => {
    const gone = await runInProcess(['get', 'svc', 'wep', '-f', directory])
    expect(gone).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('(NotFound)') })
    await expect(runInProcess(['get', 'pods', '-f', directory])).rejects.toThrow('resource type "pods"')
    await expect(runInProcess(['get', 'ing', directory, '-f', directory])).rejects.toThrow(`-f ${directory}`)
    await expect(runInProcess(['get', 'ing', '-f', join(directory, 'no')])).rejects.toThrow('does not exist')
  })

  test('says that something could not be read', async () => {
    const broken = join(directory, 'broken.txt')
    await writeFile(broken, documents(serviceText('web'), 'kind: Service\n'))
    const { stdout, stderr } = await runInProcess(['get', 'svc', '-o', 'name', '-f', broken])
    expect([stdout, stderr]).toEqual(['service/web\n', expect.stringMatching(/^1 error; .*check/)])
  })

  test('--watch prints what changes, until nobody reads', async () => {
    const file = join(directory, 'web.yaml')
    const { child, exited } = startPortico(['get', 'svc', '-w', '--no-headers', '-f', file])
    await textOf(child, /^web .* 80\/TCP .*\n$/)
    await writeFile(file, serviceText('web', { ports: [{ port: 8081 }] }))
    await textOf(child, /^web .* 8081\/TCP .*\n$/)
    child.stdout!.destroy()
    await writeFile(file, serviceText('web', { endpoints: ['127.0.0.1:3000'] }))
    expect(await exited).toBe(0)
  })
})

describe('describe', () => {
  test('takes kinds and names with -f, and -n and -A', async () => {
    const one = await runInProcess(['describe', 'ing', 'sho', '-n', 'shop', '-f', directory])
    expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Name: +shop\n/) })
    const all = await runInProcess(['describe', 'ing,svc', '-A', '-f', directory])
    expect(all.stdout.match(/^Name: +.*$/gm)).toHaveLength(3)
    await expect(runInProcess(['describe', 'ing', '-o', 'json', '-f', directory])).rejects.toThrow('get ing')
    await expect(runInProcess(['describe', 'host', '-f', directory])).rejects.toThrow('name the host')
  })

  test('gives endpoints that --map names', async () => {
    const map = ['--map', 'shop/cart=127.0.0.1:9000']
    const { stdout } = await runInProcess(['describe', 'ing/shop', '-n', 'shop', '-f', directory, ...map])
    expect(stdout).toMatch(/^ +\/ +cart:80 \(127.0.0.1:9000\)$/m)
  })
})

test('routes takes -n, -A, --host, -l and the formats of get', async () => {
  const hosts = async (...flags: string[]) =>
    (await runInProcess(['routes', directory, '-o', 'name', ...flags])).stdout
  expect(await hosts()).toBe('a.test/\nshop.test/\n')
  expect(await hosts('-n', 'shop')).toBe('shop.test/\n')
  expect(await hosts('-n', 'shop', '-A')).toBe('a.test/\nshop.test/\n')
  expect(await hosts('--host', 'a.test')).toBe('a.test/\n')
  expect(await hosts('-l', 'app=none')).toBe('')
})

/** Waits until what a child prints from now on looks so. */
async function textOf({ stdout }: ChildProcess, pattern: RegExp): Promise<void> {
  let text = ''
  while (!pattern.test(text)) text += String((await once(stdout!, 'data'))[0])
}
