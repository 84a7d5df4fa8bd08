// `portico diff`: two sets of manifests, or two running proxies.
import type { Change } from '../../comparison/change.ts'
import { compare } from '../../comparison/compare.ts'
import { type Side, sideOf } from '../../comparison/side.ts'
import { countSeverities } from '../../diagnostics/order.ts'
import { compileAssumingEndpoints, compileOnce } from '../compile-once.ts'
import { plural } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { createPaint } from '../paint.ts'
import { readPaths } from '../paths.ts'
import { UsageError } from '../usage-error.ts'
import { copyGitTree, type GitTree, isGitPath } from './git-tree.ts'
import { groupChanges } from './group-changes.ts'
import { renderMarkdown } from './render-markdown.ts'
import { renderText } from './render-text.ts'

/** Values of the flags of `diff`. */
export interface DiffFlags extends TableFlags {
  readonly output: 'text' | 'json' | 'markdown'
  readonly endpoints: 'assumed' | 'listed'
  readonly live: boolean
  readonly requests: string | undefined
  /** Scheme and host of the requests of an access log. */
  readonly host: string | undefined
  readonly unsafe: boolean
  readonly insecure: boolean
}

/** Prints the differences; gives 1 when there are any, else 0. */
export async function diff(before: string, after: string, flags: DiffFlags): Promise<number> {
  if (flags.live) {
    const { diffLive } = await import('./diff-live.ts')
    return diffLive(before, after, flags)
  }
  if (flags.requests !== undefined) throw new UsageError('--requests goes with --live')
  if (before === '-' && after === '-') throw new UsageError('only one of the two can be standard input')
  const changes = await compareAt(before, after, flags)
  print(changes, flags)
  return changes.length > 0 ? 1 : 0
}

async function compareAt(before: string, after: string, flags: DiffFlags): Promise<Change[]> {
  const trees: GitTree[] = []
  const pathOf = async (argument: string) => {
    if (!isGitPath(argument)) return argument
    const tree = await copyGitTree(argument)
    trees.push(tree)
    return tree.path
  }
  try {
    const old = await readSide(before, await pathOf(before), flags)
    const now = await readSide(after, await pathOf(after), flags)
    return withNames(await compare(old, now), trees)
  } finally {
    await Promise.all(trees.map(tree => tree.close()))
  }
}

/** Places in copies are named after the commit. */
function withNames(changes: readonly Change[], trees: readonly GitTree[]): Change[] {
  const rename = (text: string | undefined) =>
    text && trees.reduce((renamed, { path, ref }) => renamed.replace(`${path}/`, `${ref}:`), text)
  return changes.map(change => ({
    ...change,
    before: rename(change.before),
    after: rename(change.after),
    details: change.details.map(detail => ({
      ...detail,
      beforeAt: rename(detail.beforeAt),
      afterAt: rename(detail.afterAt),
    })),
  }))
}

async function readSide(name: string, path: string, flags: DiffFlags): Promise<Side> {
  const compile = flags.endpoints === 'assumed' ? compileAssumingEndpoints : compileOnce
  const compiled = await compile(readPaths([path], []), compileOptionsOf(flags))
  const { errors } = countSeverities(compiled.diagnostics)
  if (errors > 0) process.stderr.write(`${name}: ${plural(errors, 'error')}; \`portico check\` shows them\n`)
  return sideOf(compiled)
}

function print(changes: readonly Change[], { output }: DiffFlags): void {
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify({ changes }, null, 2)}\n`)
    return
  }
  const groups = groupChanges(changes)
  const lines = output === 'text' ? renderText(groups, createPaint(process.stdout)) : renderMarkdown(groups)
  process.stdout.write(`${lines.join('\n')}\n`)
}
