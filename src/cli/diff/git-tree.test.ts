import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { copyGitTree } from './git-tree.ts'

/** A repository whose only commit has `k8s/a.yaml` and a README; the file has been changed since. */
function repository(): string {
  const directory = mkdtempSync(join(tmpdir(), 'portico-repo-'))
  mkdirSync(join(directory, 'k8s'))
  writeFileSync(join(directory, 'k8s', 'a.yaml'), 'old: 1\n')
  writeFileSync(join(directory, 'README.md'), 'read me\n')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@b.test', 'commit', '-q', '-m', 'first')
  writeFileSync(join(directory, 'k8s', 'a.yaml'), 'new: 2\n')
  return directory
}

const inRepository = repository()
afterAll(() => rmSync(inRepository, { recursive: true, force: true }))

test('copies the manifests of a commit, and takes the copy away again', async () => {
  const tree = await copyGitTree('git:main:k8s', inRepository)
  expect(readFileSync(join(tree.path, 'k8s', 'a.yaml'), 'utf8')).toBe('old: 1\n')
  expect(readdirSync(tree.path)).toEqual(['k8s'])
  await tree.close()
  expect(existsSync(tree.path)).toBe(false)
})

test.each(['git:nope:k8s', 'git:main:nowhere', 'git:--all:k8s', 'git:', 'git:main:../x'])(
  '%s can not be read, which is said',
  async argument => {
    await expect(copyGitTree(argument, inRepository)).rejects.toThrow(UsageError)
  },
)
