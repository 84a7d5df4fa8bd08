// Holds the source against ARCHITECTURE.md: which folder may import which, and what keeps files easy to find.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const sourceFiles = globSync('src/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'))

/** The "Folders" table of ARCHITECTURE.md: folder → folders it may import. */
function readFolderTable(): Map<string, readonly string[]> {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const rows = text.matchAll(/^\| `([a-z0-9-]+)` \|[^|]*\|([^|]*)\|$/gm)
  return new Map([...rows].map(([, folder, allowed]) => [folder!, allowed!.match(/[a-z0-9-]+/g) ?? []]))
}

function folderOf(file: string): string {
  return file.split('/')[1]!
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(match => match[1]!)
  return specifiers.map(specifier => normalize(join(dirname(file), specifier)))
}

describe('the folders of src', () => {
  const allowed = readFolderTable()

  test('are all in the table, and the table has no others', () => {
    expect([...new Set(sourceFiles.map(folderOf))].sort()).toEqual([...allowed.keys()].sort())
  })

  test('import only what the table allows', () => {
    const forbidden = sourceFiles.flatMap(file =>
      importsOf(file)
        .filter(target => target.startsWith('src/') && folderOf(target) !== folderOf(file))
        .filter(target => !allowed.get(folderOf(file))?.includes(folderOf(target)))
        .map(target => `${file} imports ${target}`),
    )
    expect(forbidden).toEqual([])
  })

  test('use every import that the table allows', () => {
    const used = new Set(
      sourceFiles.flatMap(file => importsOf(file).map(target => `${folderOf(file)} → ${folderOf(target)}`)),
    )
    const unused = [...allowed].flatMap(([folder, targets]) =>
      targets.map(target => `${folder} → ${target}`).filter(edge => !used.has(edge)),
    )
    expect(unused).toEqual([])
  })
})

test('the folders of tests are all in the table of what is beside src', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const listed = [...text.matchAll(/^\| `(test\/[a-z/]+)` \|/gm)].map(([, folder]) => folder!)
  const folders = readdirSync(join(root, 'test'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => `test/${name}`)
  expect(listed).toEqual(expect.arrayContaining(folders))
  expect(listed.filter(folder => !existsSync(join(root, folder)))).toEqual([])
})

describe('every source file', () => {
  test('opens with a comment that says what it is for', () => {
    const silent = sourceFiles.filter(file => !readFileSync(join(root, file), 'utf8').startsWith('//'))
    expect(silent).toEqual([])
  })

  test('is no longer than 400 lines', () => {
    const long = sourceFiles.filter(file => readFileSync(join(root, file), 'utf8').split('\n').length > 401)
    expect(long).toEqual([])
  })

  test('has a name of its own: no index, utils, helpers or common', () => {
    const vague = sourceFiles.filter(file => /\/(index|utils?|helpers?|common|misc)\.ts$/.test(file))
    expect(vague).toEqual([])
  })
})
