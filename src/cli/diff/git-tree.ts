// Manifests as they are in a commit: `git:main:k8s`. Read by git itself into a directory that is gone afterwards; nothing is
// checked out, and no hook or filter runs.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../usage-error.ts'

/** A copy of what a commit holds. */
export interface GitTree {
  readonly path: string
  readonly ref: string
  close(): Promise<void>
}

const run = promisify(execFile)
const maxBytes = 256 * 1024 * 1024
const manifestName = /\.(?:ya?ml|json)$/i

/** Whether an argument means a commit. */
export function isGitPath(argument: string): boolean {
  return argument.startsWith('git:')
}

/** Copies what `git:REF:PATH` means; PATH is relative to `from`, absent: all below it. Rejects with `UsageError`. */
export async function copyGitTree(argument: string, from = '.'): Promise<GitTree> {
  const [, ref = '', given = ''] = /^git:([^:]*):?(.*)$/s.exec(argument) ?? []
  if (ref === '' || ref.startsWith('-'))
    throw new UsageError(`${argument} names no commit (write git:main:k8s for the directory k8s of main)`)
  const path = await mkdtemp(join(tmpdir(), 'portico-git-'))
  const close = () => rm(path, { recursive: true, force: true })
  try {
    const listed = await git(
      ['ls-tree', '-r', '-z', '--name-only', ref, '--', given === '' ? '.' : given],
      from,
    )
    const names = listed
      .toString('utf8')
      .split('\0')
      .filter(name => manifestName.test(name))
    if (names.length === 0) throw new UsageError(`${argument}: there are no YAML or JSON files`)
    for (const name of names) await copy(ref, name, path, from)
    return { path, ref, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function copy(ref: string, name: string, directory: string, from: string): Promise<void> {
  if (name.split('/').includes('..'))
    throw new UsageError(`${name} lies above the working directory; run the command further up`)
  const target = join(directory, name)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, await git(['cat-file', 'blob', `${ref}:./${name}`], from))
}

async function git(args: readonly string[], cwd: string): Promise<Buffer> {
  try {
    const { stdout } = await run('git', args, { cwd, encoding: 'buffer', maxBuffer: maxBytes })
    return stdout
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer }
    const said = stderr?.toString('utf8').trim() || (error instanceof Error ? error.message : String(error))
    throw new UsageError(`git ${args.join(' ')}: ${said}`)
  }
}
