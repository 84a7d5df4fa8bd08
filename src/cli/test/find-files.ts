// Which files of expectations the arguments of `portico test` mean.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { displayPath } from '../display-path.ts'
import { UsageError } from '../usage-error.ts'

/** A file's content. */
export interface ExpectationFile {
  /** As people are shown it. */
  readonly name: string
  /** The directory that paths in it are relative to. */
  readonly directory: string
  readonly bytes: Buffer
}

const namePattern = /\.expect\.ya?ml$/

/** Reads them, those of directories in the order of their names. Rejects with `UsageError` for what can not be read. */
export async function readExpectationFiles(given: readonly string[]): Promise<ExpectationFile[]> {
  const files: ExpectationFile[] = []
  for (const path of given) {
    if (path === '-') {
      files.push({ name: '<stdin>', directory: '.', bytes: Buffer.from(await text(process.stdin)) })
      continue
    }
    for (const file of await listFiles(path)) {
      files.push({ name: displayPath(file), directory: join(file, '..'), bytes: await read(file) })
    }
  }
  return files
}

async function listFiles(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined) throw new UsageError(`${path} does not exist`)
  if (!stats.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true })
  const found = entries.filter(name => namePattern.test(name)).sort()
  if (found.length === 0) throw new UsageError(`no *.expect.yaml is below ${path}`)
  return found.map(name => join(path, name))
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new UsageError(`${file} can not be read: ${error instanceof Error ? error.message : error}`)
  }
}
