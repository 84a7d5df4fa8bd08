// A program that follows a file while the system refuses to send events, and ends when it has seen a change: argument 1
// is the file, argument 2 what is written into it. The test that runs it limits how many files it may open.
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { createDirectorySource } from '../../src/sources/directory.ts'
import type { Snapshot } from '../../src/sources/source.ts'
import { ingressNames } from '../support/snapshot-log.ts'

const [file, change] = process.argv.slice(2) as [string, string]
const held: number[] = []
let isFirst = true

/** Opens as many files as the process may: none is left for a watch. */
function exhaustFiles(): void {
  try {
    for (;;) held.push(openSync(file, 'r'))
  } catch {
    // That was the last one.
  }
}

function take(snapshot: Snapshot): void {
  console.log(`snapshot ${ingressNames(snapshot)}`)
  if (isFirst) exhaustFiles()
  else void source.close()
  isFirst = false
}

const source = createDirectorySource({
  paths: [file],
  onProblem(message) {
    console.log(`problem ${message}`)
    for (const descriptor of held) closeSync(descriptor)
    writeFileSync(file, change)
  },
})
await source.start(take)
