import { statSync, utimesSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { manifestDirectory } from '../../test/support/manifests.ts'
import { TrackedFile } from './tracked-file.ts'

const configMap = (name: string, value = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: a${value}\n`
const both = `${configMap('a')}---\n${configMap('b')}`

/** A file that holds a text, and a clock that only a test moves. */
async function fileHolding(text: string) {
  let now = 1000
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => clock.mockRestore())
  const file = new TrackedFile('a.yaml', '/a.yaml')
  await file.take(Buffer.from(text), false)
  const names = () => file.documents.flatMap(({ resources }) => resources.map(({ meta }) => meta.name))
  /** Finds this text in the file some time later. */
  const find = async (afterMs: number, found: string, patient = true) => {
    now += afterMs
    const look = await file.take(Buffer.from(found), patient)
    return { look, names: names() }
  }
  return { file, find }
}

test('gives an emptied file three seconds', async () => {
  const { find } = await fileHolding(both)
  expect(await find(0, '')).toEqual({ look: { waitingMs: 3000 }, names: ['a', 'b'] })
  expect(await find(2900, '')).toEqual({ look: { waitingMs: 100 }, names: ['a', 'b'] })
  expect(await find(100, '')).toEqual({ look: 'changed', names: [] })
})

test.each([
  ['its last document is not there yet', `${configMap('a')}---\n`],
  ['its first document is not all there yet', configMap('a').slice(0, -8)],
  ['its last document is not all there yet', both.slice(0, -8)],
  ['the documents there are others', `${configMap('c')}---\n`],
])('waits a second and a half from the last write on while %s', async (_, partial) => {
  const { find } = await fileHolding(both)
  expect((await find(0, '# begun\n')).look).toEqual({ waitingMs: 1500 })
  expect(await find(1400, partial)).toEqual({ look: { waitingMs: 1500 }, names: ['a', 'b'] })
  expect((await find(1499, partial)).names).toEqual(['a', 'b'])
  expect((await find(1, partial)).look).toBe('changed')
})

test('takes edits, growth and the end of a pause at once', async () => {
  const { find } = await fileHolding(both)
  expect((await find(0, '')).look).not.toBe('changed')
  expect((await find(2000, configMap('a'))).look).not.toBe('changed')
  expect(await find(200, `${configMap('a')}---\n${configMap('c')}`)).toEqual({
    look: 'changed',
    names: ['a', 'c'],
  })
  expect((await find(0, `${configMap('a', 'b')}---\n${configMap('c')}`)).look).toBe('changed')
  expect((await find(0, `${configMap('a', 'b')}---\n${configMap('c', 'd')}---\n`)).look).toBe('changed')
})

test('does not wait for ever while a file changes without end', async () => {
  const { find } = await fileHolding(both)
  let index = 0
  while ((await find(1000, `${configMap('a')}# ${index}`)).look !== 'changed') index++
  expect(index).toBe(10)
})

test('takes a smaller version at once when asked not to wait', async () => {
  const { find } = await fileHolding(both)
  expect(await find(0, configMap('a'), false)).toEqual({ look: 'changed', names: ['a'] })
  expect(await find(0, '', false)).toEqual({ look: 'changed', names: [] })
})

test('says since when the version in use has served, and since when the present one has been broken', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
  onTestFinished(() => void vi.useRealTimers())
  const { file, find } = await fileHolding(both)
  const versions = ['a: [', 'a: [[', both, 'a: {']
  const kept: unknown[] = []
  for (const version of versions) {
    vi.setSystemTime(Date.now() + 60_000)
    await find(0, version, false)
    kept.push(file.kept && [file.kept.since.getTime(), file.kept.brokenSince.getTime()])
  }
  expect(kept).toEqual([[1_000_000, 1_060_000], [1_000_000, 1_060_000], undefined, [1_180_000, 1_240_000]])
})

test('sees a change that came between listing a file and reading it, whether it was read with it or not', async () => {
  const directory = await manifestDirectory({ 'a.yaml': configMap('a') })
  const path = directory.file('a.yaml')
  const file = new TrackedFile('a.yaml', path)
  const value = () => file.documents.flatMap(({ resources }) => resources.map(({ meta }) => meta.name)).join()
  const write = async (name: string, second: number) => {
    await directory.write('a.yaml', configMap(name))
    utimesSync(path, second, second)
  }
  await write('a', 1)
  const listed = statSync(path)
  await write('b', 2)
  expect(await file.look(listed, { force: true, patient: false })).toBe('changed')
  expect(value()).toBe('b')
  expect(await file.look(statSync(path), { force: false, patient: false })).toBe('same')
  await write('c', 3)
  expect(await file.look(statSync(path), { force: false, patient: false })).toBe('changed')
  expect(value()).toBe('c')
})
