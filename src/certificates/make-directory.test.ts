import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeDirectory } from './make-directory.ts'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'portico-mkdir-'))
})
afterEach(() => rm(base, { recursive: true }))

it('makes all that is missing, and minds neither what is there nor who else makes it', async () => {
  const directory = join(base, 'a', 'b', 'c')
  const makers = Array.from({ length: 50 }, (_, i) =>
    makeDirectory(i % 2 === 0 ? directory : join(base, 'a')),
  )
  await Promise.all(makers)
  await makeDirectory(directory)
  expect((await stat(directory)).isDirectory()).toBe(true)
  if (process.platform !== 'win32') expect((await stat(directory)).mode & 0o777).toBe(0o700)
})

it('gives up below a file and at a link that leads nowhere', async () => {
  await writeFile(join(base, 'file'), '')
  await symlink(join(base, 'nowhere'), join(base, 'link'))
  await expect(makeDirectory(join(base, 'file', 'a'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeDirectory(join(base, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeDirectory(join(base, 'link'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeDirectory(join(base, 'link', 'a'))).rejects.toMatchObject({ code: 'EEXIST' })
})

it.skipIf(!existsSync('/proc/self'))(
  'gives up where a parent that exists says that nothing is there',
  async () => {
    await expect(makeDirectory('/proc/nope')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(makeDirectory('/proc/nope/deeper')).rejects.toMatchObject({ code: 'ENOENT' })
  },
)
