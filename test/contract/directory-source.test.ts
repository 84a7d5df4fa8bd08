// The directory source against the contract, by events and by polling, and what only it can do: standard input.
import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createDirectorySource } from '../../src/sources/directory.ts'
import { readOnce } from '../../src/sources/read-once.ts'
import type { Snapshot } from '../../src/sources/source.ts'
import { SourceError } from '../../src/sources/source-error.ts'
import { ingressManifest, manifestDirectory } from '../support/manifests.ts'
import { ingressNames, startSource } from '../support/snapshot-log.ts'
import { describeSource } from './source-contract.ts'

describeSource('directory, by events', paths => createDirectorySource({ paths }))
describeSource('directory, by polling', paths => createDirectorySource({ paths, poll: true, pollMs: 30 }))

test('reads standard input once to its end, before the files', async () => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('from-file') })
  const stdin = outputOfChild(ingressManifest('from-stdin'))
  const log = await startSource(createDirectorySource({ paths: ['-', directory.path], stdin }))
  expect(ingressNames(log.latest)).toEqual(['from-stdin', 'from-file'])
  expect(log.latest.changedFiles).toEqual([directory.file('a.yaml'), '<stdin>'])
  await directory.write('a.yaml', ingressManifest('changed'))
  const changed = await log.until(snapshot => ingressNames(snapshot)[1] === 'changed')
  expect(ingressNames(changed)[0]).toBe('from-stdin')
})

test('takes it for an error that standard input holds no object, because what should have written it has failed', async () => {
  for (const text of ['404: page not found\n', 'not found\n', '# nothing\n---\n', ' ']) {
    const log = await startSource(createDirectorySource({ paths: ['-'], stdin: outputOfChild(text) }))
    expect(log.latest.diagnostics[0]).toMatchObject({ severity: 'error', code: 'stdin-empty' })
  }
})

test('reads everything once without watching', async () => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
  expect(ingressNames(await readOnce([directory.path]))).toEqual(['a'])
  await expect(readOnce([directory.file('missing')])).rejects.toBeInstanceOf(SourceError)
})

test('names files below the working directory relative to it, others as the user did', async () => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
  const here = fileURLToPath(new URL('source-contract.ts', import.meta.url))
  expect((await readOnce([directory.path])).changedFiles).toEqual([directory.file('a.yaml')])
  expect((await readOnce([here])).changedFiles).toEqual(['test/contract/source-contract.ts'])
})

test('is live within 100 ms of the last write', async () => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
  const log = await startSource(createDirectorySource({ paths: [directory.path] }))
  const delays: number[] = []
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    await directory.write('a.yaml', ingressManifest(name))
    const writtenAt = performance.now()
    await log.until(snapshot => ingressNames(snapshot)[0] === name)
    delays.push(performance.now() - writtenAt)
  }
  // The median, because other tests share the machine.
  expect(delays.sort((a, b) => a - b)[2]).toBeLessThan(100)
})

test('drops a document that was taken out of a file when nothing follows', async () => {
  const directory = await manifestDirectory({
    'a.yaml': `${ingressManifest('a')}---\n${ingressManifest('b')}`,
  })
  const log = await startSource(createDirectorySource({ paths: [directory.path] }))
  await directory.write('a.yaml', ingressManifest('a'))
  expect(ingressNames(await log.until(({ resources }) => resources.ingresses.length === 1))).toEqual(['a'])
})

test.for([
  ['by events', {}],
  ['by polling', { poll: true, pollMs: 30 }],
] as const)('gives a change again that could not be handed over, %s', async ([, options]) => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
  const problems: string[] = []
  const onProblem = (message: string) => void problems.push(message)
  const source = createDirectorySource({ paths: [directory.path], onProblem, ...options })
  onTestFinished(() => source.close())
  let count = 0
  const handedOver = Promise.withResolvers<Snapshot>()
  await source.start(snapshot => {
    if (++count === 2) throw new Error('not taken')
    if (count === 3) handedOver.resolve(snapshot)
  })
  await directory.write('b.yaml', ingressManifest('b'))
  expect(ingressNames(await handedOver.promise)).toEqual(['a', 'b'])
  expect(problems).toEqual([expect.stringContaining('not taken')])
})

test('tells once of a failure that stays', async () => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
  const problems: string[] = []
  const onProblem = (message: string) => void problems.push(message)
  const source = createDirectorySource({ paths: [directory.path], onProblem })
  onTestFinished(() => source.close())
  const handedOver = Promise.withResolvers<Snapshot>()
  let failures = 0
  await source.start(snapshot => {
    if (snapshot.resources.ingresses.length === 1) return
    if (snapshot.resources.ingresses.length === 5) return handedOver.resolve(snapshot)
    failures++
    void directory.write(`${failures}.yaml`, ingressManifest(`more-${failures}`))
    throw new Error('not taken')
  })
  await directory.write('b.yaml', ingressManifest('b'))
  await handedOver.promise
  expect(failures).toBeGreaterThan(1)
  expect(problems).toHaveLength(1)
})

test('says that the system sends no events and notices changes all the same', async () => {
  const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
  const program = fileURLToPath(new URL('source-without-events.ts', import.meta.url))
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'ulimit -n 100 && exec "$0" "$@"',
    process.execPath,
    program,
    directory.file('a.yaml'),
    ingressManifest('b'),
  ])
  expect(stdout.trim().split('\n')).toEqual([
    'snapshot a',
    expect.stringMatching(/^problem .*EMFILE/),
    'snapshot b',
  ])
})

/** A pipe that is written in pieces by another process. */
function outputOfChild(text: string) {
  const script = `const text = ${JSON.stringify(text)}
    process.stdout.write(text.slice(0, 20), () => process.stdout.write(text.slice(20)))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill())
  return child.stdout
}
