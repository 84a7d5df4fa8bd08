// What becomes of log lines where files and pipes do not take them.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { constants, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogFile } from './log-file.ts'

let directory: string
let file: string
let log: LogFile
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-log-'))
  file = join(directory, 'access.log')
})
afterEach(async () => {
  log.close()
  await rm(directory, { recursive: true })
})

interface Written {
  readonly code: string | undefined
  readonly written: number
}

function write(text: string): Promise<Written> {
  return new Promise(resolve => {
    log.write(Buffer.from(text), (error, written) =>
      resolve({ code: (error as NodeJS.ErrnoException | undefined)?.code, written }),
    )
  })
}

function unexpected(error: Error): never {
  throw error
}

/** Reads when somebody listens to its data. */
function readerOf(pipe: string): Socket {
  return new Socket({ fd: openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK), writable: false })
}

test('appends to a file that only its owner and group may read', async () => {
  log = await LogFile.open(file)
  await write('one\n')
  log.close()
  log = await LogFile.open(file)
  expect(await write('two\n')).toEqual({ code: undefined, written: 4 })
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
  expect(statSync(file).mode & 0o007).toBe(0)
})

test('goes on in a new file when the old one was renamed and it is told so', async () => {
  log = await LogFile.open(file)
  await write('one\n')
  renameSync(file, `${file}.1`)
  await write('two\n')
  log.reopen(unexpected)
  await log.settled()
  await write('three\n')
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('one\ntwo\n')
  expect(readFileSync(file, 'utf8')).toBe('three\n')
})

test('goes on in the old file when there can be no new one, and says so', async () => {
  log = await LogFile.open(file)
  renameSync(directory, `${directory}.moved`)
  const problems: string[] = []
  log.reopen(error => problems.push(error.message))
  await log.settled()
  expect(problems).toEqual([expect.stringContaining('ENOENT')])
  expect(await write('one\n')).toEqual({ code: undefined, written: 4 })
  renameSync(`${directory}.moved`, directory)
  expect(readFileSync(file, 'utf8')).toBe('one\n')
})

test('can not be opened where there is a directory, or none', async () => {
  await expect(LogFile.open(directory)).rejects.toThrow('EISDIR')
  await expect(LogFile.open(join(file, 'x', 'y'))).rejects.toThrow('ENOENT')
  log = await LogFile.open(file)
})

test('says that a disk is full, and tries again with the next lines', async () => {
  log = await LogFile.open('/dev/full')
  for (let i = 0; i < 2; i++) expect(await write('lost\n')).toEqual({ code: 'ENOSPC', written: 0 })
})

test('waits for no reader of a pipe, and writes when there is one', async () => {
  execFileSync('mkfifo', [file])
  log = await LogFile.open(file)
  expect(await write('lost\n')).toEqual({ code: 'ENXIO', written: 0 })

  const reader = readerOf(file)
  expect(await write('read\n')).toEqual({ code: undefined, written: 5 })
  expect(String((await once(reader, 'data'))[0])).toBe('read\n')
  reader.destroy()
})

test('goes on with a pipe when its reader does, and knows when the reader has gone', async () => {
  execFileSync('mkfifo', [file])
  const reader = readerOf(file)
  log = await LogFile.open(file)
  // More than a pipe holds, by far.
  const text = 'x'.repeat(1024 * 1024)
  const writing = write(text)
  expect(log.isBusy).toBe(true)
  let length = 0
  const whole = new Promise<void>(resolve =>
    reader.on('data', chunk => {
      length += chunk.length
      if (length === text.length) resolve()
    }),
  )
  expect(await writing).toEqual({ code: undefined, written: text.length })
  await whole
  await new Promise(resolve => reader.destroy().once('close', resolve))
  expect((await write('lost\n')).code).toBe('EPIPE')
  expect((await write('lost\n')).code).toBe('ENXIO')
})

test('gives up on a pipe that nobody reads on when it is told to settle', async () => {
  execFileSync('mkfifo', [file])
  const reader = readerOf(file)
  log = await LogFile.open(file)
  void write('x'.repeat(1024 * 1024))
  await log.settled()
  expect(log.isBusy).toBe(true)
  reader.destroy()
})
