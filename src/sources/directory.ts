// The source that reads manifests from directories, files and standard input, and follows their changes.
import type { Readable } from 'node:stream'
import { FileSet, type Look } from './file-set.ts'
import { LookSchedule } from './look-schedule.ts'
import type { Snapshot, Source } from './source.ts'
import { RootWatcher } from './watch-roots.ts'

export interface DirectoryOptions {
  /** Directories (with all below them), files, or `-` for standard input, which is read once to its end. */
  readonly paths: readonly string[]
  /** Look regularly instead of waiting for events: for bind mounts and network file systems that send none. Default false. */
  readonly poll?: boolean
  /** How often a polling source looks. Default 300 ms. */
  readonly pollMs?: number
  /** What `-` reads. Default: the process's own. */
  readonly stdin?: Readable
}

/** How often to look while events can not be relied on: a root is missing, or not yet watched, or can not be. */
const unreliableMs = 250
/** How often links are followed again: their targets may lie where nobody watches. */
const linksMs = 1000

/**
 * Creates a source over manifest files; see {@link Source}. `start` rejects with SourceError if a path is not there.
 * A file that breaks keeps its last good objects, and so does everything below a path that vanishes.
 */
export function createDirectorySource(options: DirectoryOptions): Source {
  return new DirectorySource(options)
}

class DirectorySource implements Source {
  readonly #files: FileSet
  readonly #stdin: Readable
  readonly #pollMs: number | undefined
  readonly #schedule = new LookSchedule(() => this.#look(false))
  readonly #watcher: RootWatcher | undefined
  #onSnapshot: (snapshot: Snapshot) => void = () => {}

  constructor({ paths, poll = false, pollMs = 300, stdin = process.stdin }: DirectoryOptions) {
    this.#files = new FileSet(paths)
    this.#stdin = stdin
    this.#pollMs = poll ? pollMs : undefined
    this.#watcher = poll ? undefined : new RootWatcher(this.#files.roots, () => this.#schedule.touch())
  }

  async start(onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
    this.#onSnapshot = onSnapshot
    await this.#schedule.now(async () => this.#conclude(await this.#files.open(this.#stdin)))
  }

  async rescan(): Promise<void> {
    await this.#schedule.now(() => this.#look(true))
  }

  async close(): Promise<void> {
    await this.#schedule.close()
    await this.#watcher?.close()
  }

  async #look(force: boolean): Promise<void> {
    this.#conclude(await this.#files.look(force))
  }

  #conclude(look: Look): void {
    this.#watcher?.refresh()
    if (look.againInMs !== undefined) this.#schedule.within(look.againInMs)
    if (this.#pollMs !== undefined) this.#schedule.within(this.#pollMs)
    if (look.isIncomplete || this.#watcher?.isReliable === false) this.#schedule.within(unreliableMs)
    else if (look.hasLinks) this.#schedule.within(linksMs)
    if (look.snapshot !== undefined) this.#onSnapshot(look.snapshot)
  }
}
