// The source that reads manifests from directories, files and standard input, and follows their changes.
import type { Readable } from 'node:stream'
import { FileSet, type Look, type ReadProgress } from './file-set.ts'
import { codeOf } from './list-files.ts'
import { LookSchedule } from './look-schedule.ts'
import type { Snapshot, Source } from './source.ts'
import { RootWatcher } from './watch-roots.ts'

/** What a directory source reads, and how it learns of changes. */
export interface DirectoryOptions {
  /** Directories (with all below them), files, or `-` for standard input, which is read once to its end. */
  readonly paths: readonly string[]
  /** Look regularly instead of waiting for events: for bind mounts and network file systems that send none. Default false. */
  readonly poll?: boolean
  /** How often a polling source looks. Default 300 ms. */
  readonly pollMs?: number
  /** What `-` reads. Default: the process's own. */
  readonly stdin?: Readable
  /**
   * Told, in one sentence about no manifest in particular, what hinders the source: events that the system refuses to send,
   * a look that failed. The source goes on in either case. Default: nobody is told.
   */
  readonly onProblem?: (message: string) => void
  /** Told how far the first look is. Default: nobody is told. */
  readonly onProgress?: (progress: ReadProgress) => void
}

/** How often to look while events can not be relied on: a root is missing, or not yet watched, or can not be. */
const unreliableMs = 250
/** How often links are followed again: their targets may lie where nobody watches. */
const linksMs = 1000
/** How soon everything is read again after a look that failed. */
const retryMs = 1000

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
  readonly #onProblem: (message: string) => void
  readonly #onProgress: (progress: ReadProgress) => void
  readonly #schedule = new LookSchedule(
    () => this.#look(false),
    error => this.#reportFailedLook(error),
  )
  readonly #watcher: RootWatcher | undefined
  #onSnapshot: (snapshot: Snapshot) => void = () => {}
  /** Whether the last look failed, so that nobody knows which of the changes it saw have been handed over. */
  #hasFailed = false
  /** What was told of failed looks since one succeeded: a bug that stays is not told every second. */
  #reported: string | undefined

  constructor({
    paths,
    poll = false,
    pollMs = 300,
    stdin = process.stdin,
    onProblem = () => {},
    onProgress = () => {},
  }: DirectoryOptions) {
    this.#files = new FileSet(paths)
    this.#stdin = stdin
    this.#pollMs = poll ? pollMs : undefined
    this.#onProblem = onProblem
    this.#onProgress = onProgress
    this.#watcher = poll ? undefined : this.#createWatcher()
  }

  async start(onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
    this.#onSnapshot = onSnapshot
    await this.#schedule.now(async () =>
      this.#conclude(await this.#files.open(this.#stdin, this.#onProgress)),
    )
  }

  async rescan(): Promise<void> {
    await this.#schedule.now(() => this.#look(true))
  }

  async close(): Promise<void> {
    await this.#schedule.close()
    await this.#watcher?.close()
  }

  #createWatcher(): RootWatcher {
    return new RootWatcher(
      this.#files.roots,
      () => this.#schedule.touch(),
      error => this.#reportFailedWatch(error),
    )
  }

  /** A look that fails is a bug of ours; what it saw must not be lost, so the next one reads everything. */
  async #look(force: boolean): Promise<void> {
    try {
      this.#conclude(await this.#files.look(force || this.#hasFailed))
      this.#hasFailed = false
      this.#reported = undefined
    } catch (error) {
      this.#hasFailed = true
      this.#schedule.within(retryMs)
      throw error
    }
  }

  /** The snapshot goes first: whatever fails after it, no change is lost. */
  #conclude(look: Look): void {
    if (look.snapshot !== undefined) this.#onSnapshot(look.snapshot)
    this.#watcher?.refresh()
    if (look.againInMs !== undefined) this.#schedule.within(look.againInMs)
    if (this.#pollMs !== undefined) this.#schedule.within(this.#pollMs)
    if (look.isIncomplete || this.#watcher?.isReliable === false) this.#schedule.within(unreliableMs)
    else if (look.hasLinks) this.#schedule.within(linksMs)
  }

  #reportFailedLook(error: unknown): void {
    const trace = error instanceof Error ? error.stack : String(error)
    if (trace === this.#reported) return
    this.#reported = trace
    this.#onProblem(
      `reading changed manifests failed, everything is read again in ${retryMs} ms; this is a bug in Portico: ${trace}`,
    )
  }

  #reportFailedWatch(error: unknown): void {
    this.#onProblem(
      `the system sends no events of changed files (${codeOf(error)}); Portico looks every ${unreliableMs} ms instead; on Linux raise fs.inotify.max_user_watches or the limit of open files`,
    )
  }
}
