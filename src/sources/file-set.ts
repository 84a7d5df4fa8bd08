// All files below the paths a user named, as they were at the last look. Knows how to look again, not when.
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { buildResourceSet } from '../resources/build-resource-set.ts'
import { fileDiagnostic } from './file-diagnostic.ts'
import { inParallel } from './in-parallel.ts'
import { joinTemplates } from './join-templates.ts'
import {
  type ListedFile,
  type Listing,
  listFiles,
  type Root,
  rootOf,
  type Unavailable,
  type UnusableFile,
} from './list-files.ts'
import { reportKustomizations } from './report-kustomizations.ts'
import { reportNamedDirectory, reportNamedFile, reportStdin } from './report-named.ts'
import type { Snapshot } from './source.ts'
import { SourceError } from './source-error.ts'
import { type LookMode, TrackedFile } from './tracked-file.ts'

/** How findings call what came by standard input. */
export const stdinName = '<stdin>'

/** What a look at everything found. */
export interface Look {
  /** `undefined` when nothing changed since the look before. */
  readonly snapshot: Snapshot | undefined
  /** Set when files are being written or came out broken: how soon to look again. */
  readonly againInMs: number | undefined
  /** Whether a link was followed: what it leads to may change without an event. */
  readonly hasLinks: boolean
  /** Whether something that was there, or must be there, can not be looked at. */
  readonly isIncomplete: boolean
}

/** How far a look is. */
export type ReadProgress =
  /** Standard input is read to its end. */
  | { readonly kind: 'awaiting-input' }
  | { readonly kind: 'reading'; readonly read: number; readonly total: number }

/**
 * The files below some paths, remembered from look to look so that only those that changed are read again. Nothing runs by
 * itself, nothing must be closed. Looks must not overlap.
 */
export class FileSet {
  /** The paths but for `-`, each once, in the order they were named. */
  readonly roots: readonly Root[]
  readonly #readsStdin: boolean
  readonly #files = new Map<string, TrackedFile>()
  #stdin: TrackedFile | undefined
  #unavailable: readonly Unavailable[] = []
  #unusable: readonly UnusableFile[] = []
  #repeated: readonly string[] = []

  /** `-` among the paths stands for standard input. */
  constructor(paths: readonly string[]) {
    const named = new Set(paths)
    this.#readsStdin = named.delete('-')
    this.roots = [...named].map(rootOf)
  }

  /**
   * The first look: reads standard input to its end and all files once. `onProgress` is told of each step. Rejects with SourceError if a
   * path is not there.
   */
  async open(stdin: Readable, onProgress: (progress: ReadProgress) => void): Promise<Look> {
    const startedAt = performance.now()
    const listing = await listFiles(this.roots)
    this.#requireRoots(listing)
    const mode = { force: true, patient: false }
    const onRead = (read: number) => onProgress({ kind: 'reading', read, total: listing.files.length })
    if (!this.#readsStdin) return this.#lookAt(listing, mode, startedAt, [], onRead)
    this.#stdin = new TrackedFile(stdinName, '-')
    onProgress({ kind: 'awaiting-input' })
    await this.#stdin.take(await buffer(stdin), false)
    return this.#lookAt(listing, mode, startedAt, [this.#stdin.name], onRead)
  }

  /** Looks at everything again; with `force` every file is read, and a snapshot made even if nothing changed. */
  async look(force: boolean): Promise<Look> {
    const startedAt = performance.now()
    return this.#lookAt(await listFiles(this.roots), { force, patient: !force }, startedAt)
  }

  #requireRoots({ unavailable }: Listing): void {
    for (const { path, reason } of unavailable) {
      const root = this.roots.find(candidate => candidate.path === path)
      if (root === undefined) continue
      throw new SourceError(
        `${root.name}: ${reason === 'ENOENT' ? 'does not exist' : `can not be read (${reason})`}`,
      )
    }
  }

  async #lookAt(
    listing: Listing,
    mode: LookMode,
    startedAt: number,
    changed: readonly string[] = [],
    onRead: (read: number) => void = () => {},
  ): Promise<Look> {
    const isSameAvailability = this.#takeAvailability(listing)
    const changedFiles = [...changed, ...this.#dropVanished(listing)]
    let againInMs: number | undefined
    let read = 0
    await inParallel(listing.files, async file => {
      const result = await this.#track(file).look(file.stats, mode)
      onRead(++read)
      if (result === 'changed') changedFiles.push(file.name)
      else if (result !== 'same') againInMs = Math.min(againInMs ?? result.waitingMs, result.waitingMs)
    })
    const isUnchanged = !mode.force && changedFiles.length === 0 && isSameAvailability
    return {
      snapshot: isUnchanged ? undefined : this.#snapshot(startedAt, changedFiles.sort()),
      againInMs,
      hasLinks: listing.hasLinks,
      isIncomplete: listing.unavailable.length > 0,
    }
  }

  /** Remembers what can not be read; whether it is what it was before. */
  #takeAvailability({ unavailable, unusable, repeated }: Listing): boolean {
    const before = JSON.stringify([this.#unavailable, this.#unusable])
    this.#unavailable = unavailable
    this.#unusable = unusable
    this.#repeated = repeated
    return JSON.stringify([unavailable, unusable]) === before
  }

  #track({ name, path }: ListedFile): TrackedFile {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const file = new TrackedFile(name, path)
    this.#files.set(path, file)
    return file
  }

  /** Forgets files that are gone, but not those of directories that can not be looked into; gives their names. */
  #dropVanished({ files, unavailable }: Listing): string[] {
    const listed = new Set(files.map(({ path }) => path))
    const vanished: string[] = []
    for (const [path, file] of this.#files) {
      const isLost = unavailable.some(({ path: lost }) => isWithin(path, lost))
      if (listed.has(path) || isLost) continue
      this.#files.delete(path)
      if (file.documents.length > 0 || file.diagnostics.length > 0) vanished.push(file.name)
    }
    return vanished
  }

  #snapshot(startedAt: number, changedFiles: readonly string[]): Snapshot {
    const files = this.#inOrder()
    const diagnostics = [
      ...this.#unavailable.map(reportUnavailable),
      ...this.#unusable.map(reportUnusable),
      ...joinTemplates(
        files.flatMap(file => file.diagnostics),
        new Set(files.map(({ name }) => name)),
      ),
      ...(this.#stdin === undefined ? [] : reportStdin(this.#stdin)),
      ...this.roots.flatMap(root => this.#reportRoot(root)),
    ]
    const documents = files.flatMap(file => file.documents)
    diagnostics.push(...reportKustomizations(documents))
    const resources = buildResourceSet(documents, diagnostic => diagnostics.push(diagnostic))
    const keptFiles = files.flatMap(file => file.kept ?? [])
    return { startedAt, resources, diagnostics, changedFiles, keptFiles }
  }

  #reportRoot(root: Root): Diagnostic[] {
    const file = this.#files.get(root.path)
    if (file !== undefined) return reportNamedFile(file)
    // Nothing is said of files that are not seen here: they can not be looked at, or were listed by another name.
    const unseen = [...this.#unavailable.map(({ path }) => path), ...this.#repeated]
    if (unseen.some(path => isWithin(path, root.path))) return []
    const files = [...this.#files].filter(([path]) => isWithin(path, root.path)).map(([, tracked]) => tracked)
    return reportNamedDirectory(root.name, files)
  }

  #inOrder(): TrackedFile[] {
    const files = [...this.#files.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return this.#stdin === undefined ? files : [this.#stdin, ...files]
  }
}

function reportUnavailable({ name, reason }: Unavailable): Diagnostic {
  const isGone = reason === 'ENOENT'
  const problem = isGone
    ? 'has vanished; what was last read from it keeps serving until it is back'
    : `can not be read (${reason}); what was last read from it, if anything, keeps serving`
  return fileDiagnostic(name, 'error', isGone ? 'path-missing' : 'file-unreadable', problem)
}

function reportUnusable({ name, problem }: UnusableFile): Diagnostic {
  return fileDiagnostic(name, 'warning', 'file-unreadable', `${problem}; it is passed over`)
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)
}
