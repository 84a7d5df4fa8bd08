// Which manifest files there are below the paths a user named. Reads directories, never the files themselves.
import type { Stats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { inParallel } from './in-parallel.ts'

/** A directory or file to be served, as it was named and where it is. */
export interface Root {
  readonly name: string
  readonly path: string
}

/** A manifest file that is there, not yet read. */
export interface ListedFile {
  /** How diagnostics call it. */
  readonly name: string
  readonly path: string
  readonly stats: FileStats
}

/** What changes when a file's content does. */
export type FileStats = Pick<Stats, 'dev' | 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>

/** What there is below some roots at one moment. */
export interface Listing {
  /** By name; the same file is listed once, however many links lead to it. */
  readonly files: readonly ListedFile[]
  /** Paths of files that are listed by another path already. */
  readonly repeated: readonly string[]
  /** Directories and files that are there no more or can not be looked into: nothing is known about what is in them. */
  readonly unavailable: readonly Unavailable[]
  /** What has the name of a manifest and can hold none. */
  readonly unusable: readonly UnusableFile[]
  /** Whether a link was followed, or could not be: what it leads to may change without a sign here. */
  readonly hasLinks: boolean
}

/** A directory or file that can not be looked at, so that what was last read from it must be kept. */
export interface Unavailable {
  readonly name: string
  readonly path: string
  /** The system's error code (`ENOENT`, `EACCES`, …), or what else stands there. */
  readonly reason: string
}

/** A link that leads nowhere, a pipe, a socket or a device, where a manifest belongs. */
export interface UnusableFile {
  readonly name: string
  /** What it is, to be put after its name: `is a link to what does not exist`. */
  readonly problem: string
}

/** The root of a path as the user named it; diagnostics name files below the working directory relative to it. */
export function rootOf(path: string): Root {
  const absolute = resolve(path)
  const fromHere = relative(process.cwd(), absolute)
  return { name: fromHere.startsWith('..') ? path : fromHere, path: absolute }
}

/**
 * Whether a name is left alone: one with a dot in front (editors' swap files, and the `..data` directories of mounted
 * ConfigMaps, whose content is reached through links beside them), and `node_modules`, which holds no manifests but
 * more files than the system lets one process watch.
 */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules'
}

/** Whether two looks at a file saw the same content, as far as one can tell without reading. */
export function isSameFile(a: FileStats, b: FileStats): boolean {
  return (
    a.mtimeMs === b.mtimeMs &&
    a.size === b.size &&
    a.ino === b.ino &&
    a.ctimeMs === b.ctimeMs &&
    a.dev === b.dev
  )
}

/**
 * Lists manifests (`.yaml`, `.yml`, `.json`) below the roots, see {@link isPassedOver} for what is left out; a root that
 * is a file is taken whatever its name. Links are followed, but never back into a directory that led to them.
 */
export async function listFiles(roots: readonly Root[]): Promise<Listing> {
  const walk = new Walk()
  let level = await walk.lookAtRoots(roots)
  while (level.length > 0) level = await walk.descend(level)
  return walk.listing()
}

interface Directory {
  readonly name: string
  readonly path: string
  /** Whether a link led here. */
  readonly isLinked: boolean
  /** Identities of this directory and those it was reached through. */
  readonly ancestors: readonly string[]
}

interface Entry {
  readonly name: string
  readonly path: string
  readonly isLinked: boolean
  readonly ancestors: readonly string[]
}

class Walk {
  readonly #direct: ListedFile[] = []
  readonly #linked: ListedFile[] = []
  readonly #unavailable: Unavailable[] = []
  readonly #unusable: UnusableFile[] = []

  async lookAtRoots(roots: readonly Root[]): Promise<Directory[]> {
    const directories = await inParallel(roots, async root => {
      const isLinked = (await realpath(root.path).catch(() => root.path)) !== root.path
      return this.#lookAt({ ...root, isLinked, ancestors: [] }, true)
    })
    return directories.flat()
  }

  /** Lists the files of directories and gives the directories below them. */
  async descend(directories: readonly Directory[]): Promise<Directory[]> {
    const entries = (await inParallel(directories, directory => this.#readDirectory(directory))).flat()
    return (await inParallel(entries, entry => this.#lookAt(entry, false))).flat()
  }

  listing(): Listing {
    const seen = new Set<string>()
    const files: ListedFile[] = []
    const repeated: string[] = []
    for (const file of [...this.#direct.sort(byName), ...this.#linked.sort(byName)]) {
      const identity = identityOf(file.stats)
      if (seen.has(identity)) repeated.push(file.path)
      else files.push(file)
      seen.add(identity)
    }
    return {
      files: files.sort(byName),
      repeated,
      unavailable: this.#unavailable.sort(byName),
      unusable: this.#unusable.sort(byName),
      hasLinks: this.#linked.length > 0 || this.#unusable.length > 0,
    }
  }

  async #readDirectory({ name, path, isLinked, ancestors }: Directory): Promise<Entry[]> {
    try {
      const entries = await readdir(path, { withFileTypes: true })
      return entries
        .filter(entry => !isPassedOver(entry.name))
        .map(entry => ({
          name: join(name, entry.name),
          path: join(path, entry.name),
          isLinked: isLinked || entry.isSymbolicLink(),
          ancestors,
        }))
    } catch (error) {
      const isRoot = ancestors.length === 1
      if (isRoot || codeOf(error) !== 'ENOENT') this.#unavailable.push({ name, path, reason: codeOf(error) })
      return []
    }
  }

  async #lookAt(entry: Entry, isRoot: boolean): Promise<Directory[]> {
    const { name, path, isLinked, ancestors } = entry
    try {
      const stats = await stat(path)
      const identity = identityOf(stats)
      if (stats.isDirectory())
        return ancestors.includes(identity)
          ? []
          : [{ name, path, isLinked, ancestors: [...ancestors, identity] }]
      if (!isRoot && !manifestName.test(name)) return []
      if (stats.isFile()) (isLinked ? this.#linked : this.#direct).push({ name, path, stats })
      else if (isRoot) this.#unavailable.push({ name, path, reason: `${notRegular}; - reads standard input` })
      else this.#unusable.push({ name, problem: `is ${notRegular}` })
    } catch (error) {
      if (isRoot || codeOf(error) !== 'ENOENT') this.#unavailable.push({ name, path, reason: codeOf(error) })
      else await this.#lookForLink(entry)
    }
    return []
  }

  /** Nothing there: a file may have gone since its directory was read, which is not worth a word, but a link is still there. */
  async #lookForLink({ name, path }: Entry): Promise<void> {
    if (!manifestName.test(name)) return
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    )
    if (isThere) this.#unusable.push({ name, problem: 'is a link to what does not exist' })
  }
}

const notRegular = 'no regular file but a pipe, socket or device'
const manifestName = /\.(?:ya?ml|json)$/i

function identityOf({ dev, ino }: FileStats): string {
  return `${dev}:${ino}`
}

/** By code units: the order must not depend on the machine's language. */
function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** The system's code of a failed file operation. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
