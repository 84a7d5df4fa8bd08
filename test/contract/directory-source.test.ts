// The directory source against the contract, by events and by polling, and what only it can do: standard input.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createDirectorySource } from '../../src/sources/directory.ts'
import { readOnce } from '../../src/sources/read-once.ts'
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

/** A pipe that is written in pieces by another process. */
function outputOfChild(text: string) {
  const script = `const text = ${JSON.stringify(text)}
    process.stdout.write(text.slice(0, 20), () => process.stdout.write(text.slice(20)))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill())
  return child.stdout
}
